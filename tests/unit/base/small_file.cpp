// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/small_file.h"

#include <catch2/catch.hpp>
#include <cerrno>

#include "tests/unit/base/temporary_folder.h"

using namespace vaktpost::platform;

TEST_CASE("a replaced file holds the new text and nothing is left beside it") {
    const TemporaryFolder folder;
    REQUIRE(replace_file(folder / "a", "one", 0644));
    REQUIRE(replace_file(folder / "a", "two", 0644));
    CHECK(*read_small(folder / "a") == "two");
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a file longer than the limit is refused") {
    const TemporaryFolder folder;
    REQUIRE(replace_file(folder / "a", std::string(100, 'x'), 0644));
    CHECK(read_small(folder / "a", 100).ok());
    CHECK(read_small(folder / "a", 99).error().code == EFBIG);
}

TEST_CASE("writing to an attribute creates nothing and follows no link") {
    const TemporaryFolder folder;
    CHECK(write_existing(folder / "none", "1").error().code == ENOENT);
    CHECK_FALSE(std::filesystem::exists(folder / "none"));
    std::filesystem::create_symlink("/dev/null", folder / "link");
    CHECK(write_existing(folder / "link", "1").error().code == ELOOP);
}
