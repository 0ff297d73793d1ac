// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "config/text_check.h"
#include "tests/unit/config/temp_folder.h"

using namespace vaktpost::config;

TEST_CASE("a regular file gives its bytes") {
    const TempFolder folder;
    const auto bytes = read_file(folder.write("a", std::string("x\0y", 3)), Trust::root);
    REQUIRE(bytes);
    CHECK(*bytes == std::string("x\0y", 3));
}

TEST_CASE("a missing file says ENOENT") {
    const TempFolder folder;
    const auto bytes = read_file(folder.at("none"), Trust::root);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().code == ENOENT);
}

TEST_CASE("what is no regular file is refused without waiting") {
    const TempFolder folder;
    REQUIRE(::mkfifo(folder.at("fifo").c_str(), 0600) == 0);
    for (const std::string& path : {folder.at("fifo"), folder.at(""), std::string("/dev/zero")}) {
        const auto bytes = read_file(path, Trust::anyone);
        REQUIRE_FALSE(bytes);
        CHECK(bytes.error().detail == "it is not a regular file");
    }
}

TEST_CASE("a symbolic link is followed only for a file that nobody obeys") {
    const TempFolder folder;
    folder.write("a", "x");
    REQUIRE(::symlink(folder.at("a").c_str(), folder.at("link").c_str()) == 0);
    CHECK(read_file(folder.at("link"), Trust::anyone));
    const auto refused = read_file(folder.at("link"), Trust::root);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().detail == "it is a symbolic link, and none is followed here");
}

TEST_CASE("a file larger than the cap is refused") {
    const TempFolder folder;
    CHECK(read_file(folder.write("fits", std::string(largest_file, '#')), Trust::root));
    const auto refused =
        read_file(folder.write("large", std::string(largest_file + 1, '#')), Trust::root);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == EFBIG);
}

TEST_CASE("root obeys only what root alone can write") {
    CHECK_FALSE(distrust(0644, 0, 0));
    CHECK_FALSE(distrust(0600, 0, 0));
    CHECK(distrust(0664, 0, 0) ==
          "others than root may write it (chmod go-w would forbid that), so it is not obeyed");
    CHECK(distrust(0646, 0, 0));
    CHECK(distrust(0644, 1000, 0) ==
          "it belongs to user 1000, but only a file of root's is obeyed");
}

TEST_CASE("who is not root obeys whatever file it is given") {
    CHECK_FALSE(distrust(0666, 1000, 1000));
}

TEST_CASE(
    "a file that others may write is refused by a running root, and read for whoever only looks") {
    if (::geteuid() != 0) {
        WARN("skipped: needs root");
        return;
    }
    const TempFolder folder;
    const std::string path = folder.write("a", "x");
    REQUIRE(::chmod(path.c_str(), 0666) == 0);
    const auto refused = read_file(path, Trust::root);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == EPERM);
    CHECK(read_file(path, Trust::anyone));
}
