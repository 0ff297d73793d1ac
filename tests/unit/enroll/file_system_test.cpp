// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/file_system.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/unit/base/temporary_folder.h"

using namespace vaktpost;
using enroll::can_make_file_system;

namespace {

void program(const std::filesystem::path& file) {
    std::ofstream(file).close();
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
}

}  // namespace

TEST_CASE("a file system whose program is missing cannot be made, and which one is said") {
    const TemporaryFolder folder;
    CHECK(can_make_file_system("none", folder.path()));
    const auto exfat = can_make_file_system("exfat", folder.path());
    REQUIRE_FALSE(exfat);
    CHECK(exfat.error().operation == "run " + (folder / "mkfs.exfat").string());
    program(folder / "mkfs.exfat");
    CHECK(can_make_file_system("exfat", folder.path()));
    CHECK_FALSE(can_make_file_system("vfat", folder.path()));
}

TEST_CASE("ext4 takes debugfs as well") {
    const TemporaryFolder folder;
    program(folder / "mkfs.ext4");
    CHECK_FALSE(can_make_file_system("ext4", folder.path()));
    program(folder / "debugfs");
    CHECK(can_make_file_system("ext4", folder.path()));
}
