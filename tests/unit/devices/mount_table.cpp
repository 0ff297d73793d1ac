// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/mount_table.h"

#include <catch2/catch.hpp>

using vaktpost::platform::lines_of;
using vaktpost::platform::mount_of;

TEST_CASE("a line of mountinfo names device, place, type and source") {
    const auto lines = lines_of(
        "36 35 8:17 / /media/nurse/STICK\\0401 rw,noatime shared:1 - vfat /dev/sdb1 rw\n"
        "37 35 0:45 /a /b rw - btrfs /dev/sda2 rw\n");
    REQUIRE(lines.size() == 2);
    const auto stick = mount_of(lines[0]);
    REQUIRE(stick);
    CHECK(stick->number == "8:17");
    CHECK(stick->point == "/media/nurse/STICK 1");
    CHECK(stick->type == "vfat");
    CHECK(mount_of(lines[1])->source == "/dev/sda2");
}

TEST_CASE("what is no line of mountinfo is none") {
    CHECK(lines_of("\n  \n# a comment\n").empty());
    CHECK_FALSE(mount_of({"36", "35", "8:17", "/", "/a", "rw"}));
    CHECK_FALSE(mount_of({"36", "35", "-", "vfat"}));
    CHECK_FALSE(mount_of({"36", "35", "8:17", "/", "/a", "rw", "-", "vfat"}));
}
