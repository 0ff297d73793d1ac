// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/target.h"

#include <sys/sysmacros.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "platform/enroll/progress.h"
#include "tests/unit/base/temporary_folder.h"
#include "tests/unit/devices/fake_machine.h"

using namespace vaktpost;
using enroll::Hold;
using enroll::look_at;
using enroll::size_text;

namespace {

std::string why_not(const std::string& path) {
    const auto target = look_at(path);
    REQUIRE_FALSE(target);
    return target.error().detail;
}

// A stick, 8:16, with a partition, 8:17; an internal disk, 8:0.
struct Machine : test::FakeMachine {
    Machine() {
        root_hub(1);
        usb_device("1-2", {{0, 8, 6, 80}});
        disk("sda", "", 1, 1 << 20);
        disk("sdb", "1-2:1.0", 7, 1 << 20);
        partition("sdb", "sdb1", 2048, 1000);
        number("sda", "8:0");
        number("sdb", "8:16");
        number("sdb1", "8:17");
    }
    void number(const std::string& name, const std::string& number) const {
        std::filesystem::create_symlink(std::filesystem::canonical(block(name)),
                                        paths.sys / "dev/block" / number);
    }
    [[nodiscard]] std::string why_not(unsigned minor_number, unsigned major_number = 8) const {
        const auto disk =
            enroll::find_disk("/dev/stick", makedev(major_number, minor_number), paths);
        return disk ? "" : disk.error().detail;
    }
};

void make_image(const std::filesystem::path& image) {
    std::ofstream(image).close();
    std::filesystem::resize_file(image, 64U << 20U);
}

}  // namespace

TEST_CASE("a whole removable disk is found by its number, whatever its node is called") {
    const Machine machine;
    const auto disk = enroll::find_disk("/dev/by-another-name", makedev(8, 16), machine.paths);
    REQUIRE(disk);
    CHECK(*disk == std::filesystem::canonical(machine.block("sdb")));
}

TEST_CASE("a disk that is no whole medium is refused, and says why") {
    Machine machine;
    machine.mapping("dm-0", {"sdb"});
    machine.number("dm-0", "253:0");
    CHECK(machine.why_not(32) == "the kernel knows no such disk");
    CHECK(machine.why_not(17) == "a partition: the whole medium is enrolled, or nothing of it");
    CHECK(machine.why_not(0) == "neither removable nor external");
    CHECK(machine.why_not(0, 253) == "neither removable nor external");
}

TEST_CASE("a removable disk that the system needs is refused") {
    const char* why = "the system lives on it, or /etc/fstab names it";
    const Machine machine;
    CHECK(machine.why_not(16).empty());
    SECTION("it is named by fstab") {
        test::FakeMachine::write(machine.paths.etc / "fstab",
                                 "/dev/sdb1 /data ext4 defaults 0 2\n");
    }
    SECTION("the root lies on it") {
        test::FakeMachine::write(machine.paths.proc / "self/mountinfo",
                                 "22 1 8:17 / / rw - ext4 /dev/sdb1 rw\n");
    }
    SECTION("swap lies on it") {
        test::FakeMachine::write(machine.paths.proc / "swaps",
                                 "Filename Type\n/dev/sdb1 partition 1 0 -2\n");
    }
    CHECK(machine.why_not(16) == why);
}

TEST_CASE("a disk that the kernel does not give alone is in use") {
    CHECK(enroll::not_given("/dev/sdb", EBUSY).detail == "in use: mounted or unlocked");
    CHECK(enroll::not_given("/dev/sdb", EACCES).code == EACCES);
}

TEST_CASE("what took the target's place after it was looked at is not written to") {
    const TemporaryFolder folder;
    const auto image = folder / "stick.img";
    make_image(image);
    const auto target = look_at(image);
    REQUIRE(target);
    CHECK(Hold::take(*target));
    SECTION("another one of the same size and name") {
        make_image(folder / "other.img");
        std::filesystem::rename(folder / "other.img", image);
    }
    SECTION("another size") {
        std::filesystem::resize_file(image, 65U << 20U);
    }
    const auto hold = Hold::take(*target);
    REQUIRE_FALSE(hold);
    CHECK(hold.error().detail == "not the disk any more that it was before the questions");
}

TEST_CASE("an image file may be enrolled, with the size that it has") {
    const TemporaryFolder folder;
    const auto image = folder.path() / "stick.img";
    std::ofstream(image).close();
    std::filesystem::resize_file(image, 64U << 20U);
    const auto target = look_at(image);
    REQUIRE(target);
    CHECK(target->image);
    CHECK(target->size == 64U << 20U);
    CHECK(target->model.empty());
    std::filesystem::resize_file(image, 1U << 20U);
    CHECK(why_not(image) == "too small, or empty");
}

TEST_CASE("what is neither a disk nor an image is refused") {
    const TemporaryFolder folder;
    CHECK(why_not(folder.path()) == "neither a disk nor an image file");
    CHECK(why_not("/dev/null") == "neither a disk nor an image file");
    CHECK_FALSE(look_at(folder.path() / "missing"));
}

TEST_CASE("sizes are told as sticks are sold") {
    CHECK(size_text(999) == "999 bytes");
    CHECK(size_text(64'000'000) == "64.0 MB");
    CHECK(size_text(31'004'295'168) == "31.0 GB");
    CHECK(size_text(2'000'398'934'016) == "2.0 TB");
}
