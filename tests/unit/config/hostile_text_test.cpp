// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <catch2/catch.hpp>

#include "config/text_check.h"
#include "tests/unit/config/first_problem.h"

using namespace vaktpost::config;
using namespace std::string_literals;

TEST_CASE("a file that is too large is not parsed") {
    CHECK(policy_problem(std::string(largest_file + 1, '#')) ==
          "1:1: the file is larger than 4 MiB");
    std::string largest = "format = 1\n";
    while (largest.size() < largest_file) largest += "#\n";
    CHECK(policy_problem(largest.substr(0, largest_file)).empty());
}

TEST_CASE("a NUL byte is no text") {
    CHECK(policy_problem("format = 1\n# \0\n"s) == "2:3: a NUL byte: this is no text file");
}

TEST_CASE("what is not UTF-8 is named with its place") {
    const std::string bytes =
        GENERATE(as<std::string>{}, "\xff", "\xc3(", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                 "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\x80", "\xe2\x82");
    CHECK(policy_problem("format = 1\n# \xc3\xa6 " + bytes) ==
          "2:5: this byte is not UTF-8: the file must be saved as UTF-8");
}

TEST_CASE("text in any script may stand in comments") {
    CHECK(policy_problem("\xef\xbb\xbf# \xc3\xa6\xc3\xb8\xc3\xa5 \xe2\x82\xac "
                         "\xf0\x9f\x98\x80\r\nformat = 1\r\n")
              .empty());
}

TEST_CASE("outside comments a file holds ASCII only") {
    const std::string message = "only comments may hold other characters than ASCII";
    CHECK(policy_problem("format = \xc3\xa6\n") == "1:10: " + message);
    CHECK(policy_problem("[\xc3\xa6]\n") == "1:2: " + message);
    CHECK(policy_problem("a = \"# \xc3\xa6\"\n") == "1:8: " + message);
    CHECK(policy_problem("a = \"\\\"# \xc3\xa6\"\n") == "1:10: " + message);
    CHECK(policy_problem("a = '\\'\xc3\xa6\n") == "1:8: " + message);
    CHECK(policy_problem("a = '#\n\xc3\xa6\n") == "2:1: " + message);
    CHECK(policy_problem("format = 1 # \"\xc3\xa6\n# '\xc3\xb8\n[usb] # \xc3\xa5\n").empty());
}

TEST_CASE("a text of several lines has no place in a file") {
    CHECK(policy_problem("format = 1\na = \"\"\"x\"\"\"\n") ==
          "2:5: no key takes a text of several lines");
    CHECK(policy_problem("a = '''x'''\n") == "1:5: no key takes a text of several lines");
    CHECK(policy_problem("format = 1 # \"\"\"\n").empty());
}

TEST_CASE("a line that could nest tables without end is refused before it is parsed") {
    std::string dots = "a";
    for (int i = 0; i < 400'000; ++i) dots += ".a";
    CHECK(policy_problem("[" + dots + "]\n") == "1:2049: the line is longer than 2048 bytes");
    CHECK(policy_problem(dots + " = 1\n") == "1:2049: the line is longer than 2048 bytes");
}

TEST_CASE("the deepest nesting that lines allow is survived") {
    std::string dots = "a";
    for (int i = 0; i < 1000; ++i) dots += ".a";
    std::string text = "[" + dots + "]\n" + dots + " = [\n";
    for (int i = 0; i < 6; ++i) text += "{" + dots + " = [\n";
    CHECK_FALSE(policy_problem(text).empty());
    text += "1";
    for (int i = 0; i < 6; ++i) text += "]}";
    CHECK_FALSE(policy_problem(text + "]\n").empty());
    CHECK_THAT(policy_problem("a = " + std::string(500, '[') + "\n"),
               Catch::Contains("maximum nested value depth"));
}

TEST_CASE("a table header without a name is an error, not an abort") {
    CHECK_THAT(policy_problem("format = 1\n[#\n"),
               Catch::StartsWith("2:2: not valid TOML: key: expected bare key"));
    CHECK_THAT(policy_problem("format = 1\n[[[a]]]\n"),
               Catch::StartsWith("2:3: not valid TOML: key: expected bare key"));
    CHECK_THAT(policy_problem("[\n["),
               Catch::StartsWith("1:2: not valid TOML: key: expected bare key"));
}

TEST_CASE("a message is one printable line, whatever the file held") {
    const std::string text =
        GENERATE(as<std::string>{}, "\"\\u001b[31m\\n'\\\"\" = 1\n",
                 "format = \"\\u202e\\u0007\"\n", "\x1b = 1\n", "a\x7f = 1\n",
                 "[usb]\ndefault = \"\\r\\nFILE:1:1: all is well\"\n", "[\"\xe2\x80\xae\"]\n");
    for (const Problem& problem : check_policy(text).problems) {
        CAPTURE(problem.message);
        CHECK(std::all_of(problem.message.begin(), problem.message.end(),
                          [](char c) { return c >= ' ' && c <= '~'; }));
    }
    CHECK_FALSE(check_policy(text).problems.empty());
}

TEST_CASE("long foreign text is cut in a message") {
    CHECK(policy_problem("format = 1\n" + std::string(1500, 'k') + " = 1\n") ==
          "2:1: unknown key \"" + std::string(60, 'k') + "...\"");
}

TEST_CASE("a file full of mistakes gives a bounded list of problems") {
    std::string text = "format = 1\n";
    for (int i = 0; i < 5000; ++i) text += "k" + std::to_string(i) + " = 1\n";
    CHECK(check_policy(text).problems.size() == 100);
}

TEST_CASE("a file name cannot forge the place of a problem") {
    const auto policy = parse_policy("", "a\n/etc/b");
    REQUIRE_FALSE(policy);
    CHECK(policy.error().text() == "a\\x0a/etc/b:1:1: \"format = 1\" is missing");
}
