// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/plain_disks.h"

#include <catch2/catch.hpp>

#include "platform/devices/backing_chain.h"
#include "platform/devices/host_disks.h"
#include "tests/unit/devices/fake_machine.h"
#include "tests/unit/devices/recorder.h"

using namespace vaktpost;
using namespace vaktpost::test;
using core::DiskUse;
using core::PlainCause;
using platform::plain_disks;
using Plain = std::vector<core::PlainDisk>;

namespace {

const Plain nothing;

struct Setup : FakeMachine {
    Setup() {
        for (const char* name : {"sda", "sdb"}) {
            disk(name, "", 1, 1000);
            partition(name, std::string(name) + "1", 1, 500);
        }
        root_hub(1);
        usb_device("1-2", {{0, 8, 6, 0x50}});
        disk("sdu", "1-2:1.0", 9, 1000);
    }
    void mounted(const std::string& source, const std::string& point,
                 const std::string& type = "ext4") {
        table_ +=
            "22 1 0:99 / " + point + " rw,relatime shared:1 - " + type + " " + source + " rw\n";
        write(paths.proc / "self/mountinfo", table_);
    }
    void swap(const std::string& source) {
        write(paths.proc / "swaps",
              "Filename Type Size Used Priority\n" + source + " partition 1 0 -2\n");
    }
    void fstab(const std::string& text) { write(paths.etc / "fstab", text); }
    void crypt(const std::string& name, const std::string& below,
               const std::string& uuid = "CRYPT-LUKS2-0123-root") {
        mapping(name, {below});
        write(block(name) / "dm/uuid", uuid + "\n");
    }

  private:
    std::string table_;
};

}  // namespace

TEST_CASE("a root without dm-crypt is plain, one on encrypted LVM is not") {
    Setup machine;
    machine.mounted("/dev/sda1", "/");
    CHECK(plain_disks(machine.paths) == Plain{{DiskUse::root, "sda1"}});

    Setup encrypted;
    encrypted.crypt("dm-0", "sda1");
    encrypted.mapping("dm-1", {"dm-0"});
    encrypted.mapping("dm-2", {"dm-0"});
    encrypted.mounted("/dev/dm-1", "/");
    encrypted.swap("/dev/dm-2");
    CHECK(plain_disks(encrypted.paths) == nothing);
}

TEST_CASE("every way down must meet dm-crypt") {
    Setup machine;
    machine.crypt("dm-0", "sda1");
    machine.mapping("md0", {"dm-0", "sdb1"});
    machine.mounted("/dev/md0", "/");
    CHECK(plain_disks(machine.paths) == Plain{{DiskUse::root, "md0"}});
}

TEST_CASE("of cryptsetup's mappings only those that encrypt count") {
    for (const char* uuid : {"CRYPT-VERITY-0123-root", "CRYPT-INTEGRITY-root", "LVM-CRYPT-LUKS2-1",
                             "CRYPT-SUBDEV-0123-root"}) {
        Setup machine;
        machine.crypt("dm-0", "sda1", uuid);
        machine.mounted("/dev/dm-0", "/");
        CHECK(plain_disks(machine.paths) == Plain{{DiskUse::root, "dm-0"}});
    }
    for (const char* uuid : {"CRYPT-LUKS1-0-a", "CRYPT-PLAIN-swap", "CRYPT-BITLK-0-c"}) {
        Setup machine;
        machine.crypt("dm-0", "sda1", uuid);
        machine.mounted("/dev/dm-0", "/");
        CHECK(plain_disks(machine.paths) == nothing);
    }
}

TEST_CASE("swap on a disk is plain, compressed memory is not unless it is written to a disk") {
    Setup machine;
    machine.mounted("tmpfs", "/", "tmpfs");
    machine.swap("/dev/sdb1");
    CHECK(plain_disks(machine.paths) == Plain{{DiskUse::swap, "sdb1"}});

    machine.disk("zram0", "", 3, 1000);
    FakeMachine::write(machine.block("zram0") / "backing_dev", "none\n");
    machine.swap("/dev/zram0");
    CHECK(plain_disks(machine.paths) == nothing);
    FakeMachine::write(machine.block("zram0") / "backing_dev", "/dev/sdb1\n");
    CHECK(plain_disks(machine.paths) == Plain{{DiskUse::swap, "zram0"}});
}

TEST_CASE("a swap file is as plain as the file system it lies on") {
    Setup machine;
    machine.crypt("dm-0", "sda1");
    machine.mounted("/dev/dm-0", "/");
    machine.mounted("/dev/sdb1", "/srv");
    machine.swap("/swapfile");
    CHECK(plain_disks(machine.paths) == Plain{{DiskUse::data, "sdb1"}});
    machine.swap("/srv/swapfile");
    CHECK(plain_disks(machine.paths) == Plain{{DiskUse::swap, "sdb1"}});
}

TEST_CASE("what firmware and boot loader read is no finding") {
    Setup machine;
    machine.mounted("tmpfs", "/", "tmpfs");
    machine.mounted("/dev/sda1", "/boot");
    machine.mounted("/dev/sdb1", "/boot/efi", "vfat");
    machine.fstab("/dev/sda1 /boot ext4 defaults 0 2\n/dev/sdb1 /boot/efi vfat umask=0077 0 1\n");
    CHECK(plain_disks(machine.paths) == nothing);
}

TEST_CASE("a stick is the media gate's, unless the system itself is on it") {
    Setup machine;
    machine.mounted("tmpfs", "/", "tmpfs");
    machine.mounted("/dev/sdu", "/media/nurse/STICK", "vfat");
    CHECK(plain_disks(machine.paths) == nothing);
    machine.fstab("/dev/sdu /media/nurse/STICK vfat defaults 0 0\n");
    CHECK(plain_disks(machine.paths) == Plain{{DiskUse::data, "sdu"}});
}

TEST_CASE("what fstab names counts also while it is not mounted") {
    Setup machine;
    machine.mounted("tmpfs", "/", "tmpfs");
    machine.fstab("/dev/sda1 /srv ext4 defaults 0 2\n/dev/sdb1 none swap sw 0 0\n");
    CHECK(plain_disks(machine.paths) == Plain{{DiskUse::swap, "sdb1"}, {DiskUse::data, "sda1"}});
}

TEST_CASE("network, memory and files of other file systems are no disks of the machine") {
    Setup machine;
    machine.mounted("overlay", "/", "overlay");
    machine.mounted("server:/home", "/home", "nfs4");
    machine.disk("loop0", "", 4, 1000);
    FakeMachine::write(machine.block("loop0") / "loop/backing_file", "/srv/image\n");
    machine.mounted("/dev/loop0", "/mnt");
    machine.mounted("/dev/fuse", "/run/user/1000/doc", "fuse.portal");
    CHECK(plain_disks(machine.paths) == nothing);
}

TEST_CASE("a loop device over a disk is that disk") {
    Setup machine;
    machine.mounted("tmpfs", "/", "tmpfs");
    machine.disk("loop0", "", 4, 1000);
    FakeMachine::write(machine.block("loop0") / "loop/backing_file", "/dev/sda1\n");
    machine.mounted("/dev/loop0", "/mnt");
    CHECK(plain_disks(machine.paths) == Plain{{DiskUse::data, "loop0"}});
    CHECK(platform::disks_below(machine.paths, std::filesystem::canonical(machine.block(
                                                   "loop0"))) == std::set<std::string>{"sda"});
}

TEST_CASE("every disk of a btrfs counts") {
    Setup machine;
    machine.crypt("dm-0", "sda1");
    machine.mounted("/dev/dm-0", "/", "btrfs");
    for (const char* name : {"dm-0", "sdb1"})
        std::filesystem::create_directories(machine.paths.sys / "fs/btrfs/0123/devices" / name);
    CHECK(plain_disks(machine.paths) == Plain{{DiskUse::root, "sdb1"}});
}

TEST_CASE("a file system that hides its disks is told as not understood") {
    Setup machine;
    machine.mounted("rpool/root", "/", "zfs");
    CHECK(plain_disks(machine.paths) == Plain{{DiskUse::root, "zfs", PlainCause::not_understood}});
}

TEST_CASE("a mount table that cannot be read is told") {
    Setup machine;
    CHECK(plain_disks(machine.paths) ==
          Plain{{DiskUse::root, "mountinfo", PlainCause::unreadable}});
}

TEST_CASE("plain disks are told once, and again only in another boot or when they change") {
    Setup machine;
    machine.mounted("/dev/sda1", "/");
    const auto tell = [&](int looks) {
        Recorder recorder;
        platform::Workers workers{recorder.io};
        platform::HostDisks disks{recorder.io, recorder.sink(), workers, machine.paths};
        disks.start();
        recorder.run_until_events(1);
        for (int i = 1; i < looks; ++i) disks.look();
        recorder.settle(workers, "host-disks");
        return recorder.all<core::HostDisksSeen>();
    };
    const auto first = tell(2);
    REQUIRE(first.size() == 1);
    CHECK(first[0].plain == Plain{{DiskUse::root, "sda1"}});
    CHECK_FALSE(first[0].told_before);
    CHECK(tell(1).at(0).told_before);
    machine.swap("/dev/sdb1");
    CHECK_FALSE(tell(1).at(0).told_before);
    std::filesystem::remove(machine.paths.run / "plain-disks");
    CHECK_FALSE(tell(1).at(0).told_before);
}
