// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/line_reader.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "platform/base/unique_fd.h"

using namespace vaktpost;
using verify::LineReader;

namespace {

std::vector<std::string> lines_of(const std::string& content) {
    const platform::UniqueFd file(::memfd_create("lines", MFD_CLOEXEC));
    REQUIRE(::write(file.get(), content.data(), content.size()) ==
            static_cast<ssize_t>(content.size()));
    ::lseek(file.get(), 0, SEEK_SET);
    LineReader reader(file.get());
    std::vector<std::string> lines;
    while (const auto line = reader.next()) lines.emplace_back(*line);
    CHECK(reader.error() == 0);
    CHECK(reader.bytes() == content.size());
    return lines;
}

}  // namespace

TEST_CASE("lines come without their breaks, the last one with or without") {
    CHECK(lines_of("").empty());
    CHECK(lines_of("a\n\nb") == std::vector<std::string>{"a", "", "b"});
    CHECK(lines_of("a\nb\n") == std::vector<std::string>{"a", "b"});
}

TEST_CASE("lines that are longer than a piece of the file are whole") {
    const std::string first(300'000, 'x');
    const std::string second(700'000, 'y');
    CHECK(lines_of(first + "\n" + second + "\nz\n") ==
          std::vector<std::string>{first, second, "z"});
}

TEST_CASE("of a line without end only the beginning is kept, and the next one is read") {
    const std::string endless(3 * LineReader::longest, 'x');
    const std::string beginning(LineReader::longest, 'x');
    CHECK(lines_of(endless + "\nz\ny") == std::vector<std::string>{beginning, "z", "y"});
    CHECK(lines_of(endless) == std::vector<std::string>{beginning});
}

TEST_CASE("what cannot be read is an error") {
    const platform::UniqueFd folder(::open("/", O_RDONLY | O_CLOEXEC | O_DIRECTORY));
    LineReader reader(folder.get());
    CHECK_FALSE(reader.next());
    CHECK(reader.error() == EISDIR);
}
