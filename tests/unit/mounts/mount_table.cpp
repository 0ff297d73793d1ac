// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/mount_table.h"

#include <catch2/catch.hpp>

using vaktpost::platform::parse_mounts;

TEST_CASE("a line of mountinfo names device, place, type and source") {
    const auto mounts = parse_mounts(
        "36 35 8:17 / /media/nurse/STICK\\0401 rw,noatime shared:1 - vfat /dev/sdb1 rw\n"
        "37 35 0:45 /a /b rw - btrfs /dev/sda2 rw\n");
    REQUIRE(mounts.size() == 2);
    CHECK(mounts[0].device == "8:17");
    CHECK(mounts[0].place == "/media/nurse/STICK 1");
    CHECK(mounts[0].type == "vfat");
    CHECK(mounts[1].source == "/dev/sda2");
}

TEST_CASE("what is no line of mountinfo is left out") {
    CHECK(parse_mounts("").empty());
    CHECK(parse_mounts("36 35 8:17 / /a rw").empty());
    CHECK(parse_mounts("36 35 ../x / /a rw - vfat x rw\n - \n36 35 : / /a - x y\n").empty());
}
