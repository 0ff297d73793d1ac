// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/system_disks.h"

#include <catch2/catch.hpp>

#include "tests/unit/devices/fake_machine.h"

using namespace vaktpost::test;
using vaktpost::platform::fstab_waits_for_a_disk;
using vaktpost::platform::system_disks;
using Disks = std::set<std::string>;

namespace {

struct Setup : FakeMachine {
    Setup() {
        for (const char* name : {"sda", "sdb", "sdc"}) {
            disk(name, "", 1, 1000);
            partition(name, std::string(name) + "1", 1, 500);
        }
    }
    void mountinfo(const std::string& text) { write(paths.proc / "self/mountinfo", text); }
    void fstab(const std::string& text) { write(paths.etc / "fstab", text); }
};

}  // namespace

TEST_CASE("the root's disk is found through device mapper and partitions") {
    Setup machine;
    machine.mapping("dm-0", {"sda1"});
    machine.mapping("dm-1", {"dm-0"});
    machine.mapping("md0", {"sdb1", "dm-1"});
    std::filesystem::create_symlink(machine.block("md0"), machine.paths.sys / "dev/block/9:0");
    machine.mountinfo(
        "22 1 9:0 / / rw,relatime shared:1 - ext4 /dev/md0 rw\n"
        "30 22 8:33 / /media/user/STICK rw - vfat /dev/sdc1 rw\n");
    CHECK(system_disks(machine.paths) == Disks{"sda", "sdb"});
}

TEST_CASE("a root whose device number belongs to no disk is found by its source") {
    Setup machine;
    machine.mountinfo("22 1 0:25 /@rootfs / rw,relatime shared:1 master:2 - btrfs /dev/sda1 rw\n");
    CHECK(system_disks(machine.paths) == Disks{"sda"});
}

TEST_CASE("disks that fstab and swap name are the system's, absent ones are passed over") {
    Setup machine;
    machine.fstab(
        "# a comment /dev/sdc1 /data ext4\n"
        "UUID=0123-ABCD /boot/efi vfat umask=0077 0 1\n"
        "UUID=not-there /data ext4 nofail 0 2\n"
        "garbage\n");
    std::filesystem::create_symlink(machine.paths.dev / "sda1",
                                    machine.paths.dev / "disk/by-uuid/0123-ABCD");
    FakeMachine::write(machine.paths.proc / "swaps", "Filename Type\n/dev/sdb1 partition 1 0 -2\n");
    CHECK(system_disks(machine.paths) == Disks{"sda", "sdb"});
}

TEST_CASE("a label in fstab is found under the name that udev gives its link") {
    Setup machine;
    machine.fstab("LABEL=My\\040Disk/1 /data ext4 defaults 0 2\n");
    std::filesystem::create_directories(machine.paths.dev / "disk/by-label");
    std::filesystem::create_symlink(machine.paths.dev / "sdb1",
                                    machine.paths.dev / "disk/by-label/My\\x20Disk\\x2f1");
    CHECK(system_disks(machine.paths) == Disks{"sdb"});
}

TEST_CASE(
    "the installer's line for whatever stick comes second makes no stick a system disk unless it "
    "is mounted") {
    Setup machine;
    machine.fstab("/dev/sdb1 /media/usb0 auto rw,user,noauto 0 0\n");
    CHECK(system_disks(machine.paths) == Disks{});
    machine.mountinfo("30 22 0:99 / /media/usb0 rw - vfat /dev/sdb1 rw\n");
    CHECK(system_disks(machine.paths) == Disks{"sdb"});
}

TEST_CASE("a machine without any of these tables has no system disk") {
    Setup machine;
    CHECK(system_disks(machine.paths).empty());
}

TEST_CASE("fstab waits for a disk while no link leads to what it names") {
    Setup machine;
    machine.fstab("/dev/sda1 / ext4 defaults 0 1\n");
    CHECK_FALSE(fstab_waits_for_a_disk(machine.paths));
    machine.fstab("UUID=0123-ABCD /backup ext4 nofail 0 2\n");
    CHECK(fstab_waits_for_a_disk(machine.paths));
    std::filesystem::create_symlink(machine.paths.dev / "sdb1",
                                    machine.paths.dev / "disk/by-uuid/0123-ABCD");
    CHECK_FALSE(fstab_waits_for_a_disk(machine.paths));
}
