// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/page.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

using namespace vaktpost::curtain;

namespace {

// The texts on the page without what steers the terminal, one for each place it goes to.
std::vector<std::string> lines_of(const std::string& bytes) {
    std::vector<std::string> lines;
    std::string line;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] != '\033') {
            line += bytes[i];
            continue;
        }
        if (bytes[++i] == '%') {
            ++i;
            continue;
        }
        while (!std::isalpha(static_cast<unsigned char>(bytes[++i]))) {
        }
        if (bytes[i] != 'H' || line.empty()) continue;
        lines.push_back(line);
        line.clear();
    }
    lines.push_back(line);
    return lines;
}

Page full_page() {
    return {"Skjermen er låst", "Alt er der", "Bruker: kari", "Passord:", "Feil", "Esc", false};
}

}  // namespace

TEST_CASE("a page holds all its texts, the prompt last so that the cursor stands there") {
    CHECK(lines_of(drawn(full_page(), {25, 80})) ==
          std::vector<std::string>{"Skjermen er låst", "Alt er der", "Bruker: kari", "Feil", "Esc",
                                   "Passord: "});
}

TEST_CASE("a page shows that something was typed and not how much") {
    auto page = full_page();
    page.typed = true;
    CHECK(lines_of(drawn(page, {25, 80})).back() == "Passord: *** ");
}

TEST_CASE("a page is in the middle of the screen") {
    const auto bytes = drawn(Page{"låst", "", "", "", "", "", false}, {40, 100});
    CHECK(bytes.find("\033[15;49H") != std::string::npos);
}

TEST_CASE("a page fits the smallest screen") {
    for (unsigned rows = 0; rows < 14; ++rows)
        for (unsigned columns = 0; columns < 14; ++columns)
            CHECK_FALSE(drawn(full_page(), {rows, columns}).empty());
}

TEST_CASE("a text on the page cannot steer the terminal") {
    CHECK(clean_text("a\033[2Jb\r\n\x7f", 80) == "a?[2Jb???");
    CHECK(clean_text("\xc2\x9b"
                     "2J",
                     80) == "?2J");
}

TEST_CASE("what is no UTF-8 is shown as a question mark") {
    CHECK(clean_text("\xff\xc3", 80) == "??");
    CHECK(clean_text("\xc0\x80", 80) == "??");
    CHECK(clean_text("\xe2\x82", 80) == "??");
    CHECK(clean_text("\xe2"
                     "a\x82",
                     80) == "?a?");
    CHECK(clean_text("blåbær €", 80) == "blåbær €");
}

TEST_CASE("a text is cut by characters and not by bytes") {
    CHECK(clean_text("åååå", 3) == "ååå");
    CHECK(clean_text("åååå", 0).empty());
}
