// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/convert/line_reader.h"

#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <vector>

#include "platform/base/unique_fd.h"

using vaktpost::convert::line_limit;
using vaktpost::convert::LineReader;

namespace {

constexpr std::string_view dropped = "(too long)";

std::vector<std::string> lines_of(std::string_view text) {
    const vaktpost::platform::UniqueFd fd(::memfd_create("lines", MFD_CLOEXEC));
    REQUIRE(::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::lseek(fd.get(), 0, SEEK_SET);
    LineReader reader(fd.get());
    std::vector<std::string> lines;
    std::string_view line;
    for (;;) switch (reader.next(line)) {
            case LineReader::Got::line:
                lines.emplace_back(line);
                break;
            case LineReader::Got::too_long:
                lines.emplace_back(dropped);
                break;
            case LineReader::Got::end:
                return lines;
            case LineReader::Got::failed:
                FAIL("reading failed");
        }
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines come out without their ends, the last one with or without it") {
    CHECK(lines_of("").empty());
    CHECK(lines_of("a\nb\n") == Lines{"a", "b"});
    CHECK(lines_of("a\n\nb") == Lines{"a", "", "b"});
}

TEST_CASE("a line as long as allowed is given, a longer one is passed over") {
    const std::string longest(line_limit, 'x');
    CHECK(lines_of(longest + "\nb\n") == Lines{longest, "b"});
    CHECK(lines_of(longest + "x\nb\n") == Lines{std::string(dropped), "b"});
    CHECK(lines_of("a\n" + longest + longest + longest + "\nb") ==
          Lines{"a", std::string(dropped), "b"});
    CHECK(lines_of(longest + longest) == Lines{std::string(dropped)});
}

TEST_CASE("what cannot be read is said") {
    std::string_view line;
    CHECK(LineReader(-1).next(line) == LineReader::Got::failed);
}
