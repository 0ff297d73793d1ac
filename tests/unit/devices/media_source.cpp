// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/media_source.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/unit/devices/fake_machine.h"
#include "tests/unit/devices/recorder.h"

using namespace vaktpost;
using namespace vaktpost::test;

namespace {

struct Setup {
    FakeMachine machine;
    Recorder recorder;
    platform::Workers workers{recorder.io};
    platform::Admissions admissions{machine.paths.run};
    std::vector<core::MediumId> left;
    platform::MediaSource source{recorder.sink(), workers, admissions, machine.paths,
                                 [this](const core::MediumId& id) { left.push_back(id); }};

    Setup() {
        machine.root_hub(1);
        machine.usb_device("1-2", {{1, 8, 6, 0x50}});
    }
    void scan() {
        bool done = false;
        source.scan([&] { done = true; });
        REQUIRE(recorder.run_until([&] { return done; }));
    }
    void uevent(const std::string& action, const std::string& name, bool ours = false) {
        source.handle({action, "block", "disk", "/devices/x/block/" + name, "/dev/" + name, ours,
                       platform::now()});
    }
    void partition_uevent(const std::string& action, const std::string& disk,
                          const std::string& name) {
        source.handle({action, "block", "partition", "/devices/x/block/" + disk + "/" + name,
                       "/dev/" + name, false, platform::now()});
    }
    void stick_arrives() {
        machine.disk("sdb", "1-2:1.1", 17, 2048);
        machine.partition("sdb", "sdb1", 64, 1024);
        uevent("add", "sdb");
        REQUIRE(recorder.run_until_events(1));
    }
    // Exactly this many events have come, and no more come.
    bool settles_at(std::size_t count) {
        recorder.run_until_events(count);
        recorder.settle(workers, "disk:sdb");
        return recorder.events.size() == count;
    }
};

}  // namespace

TEST_CASE("a stick is a medium with its identity, size and the USB interface behind it") {
    Setup setup;
    setup.stick_arrives();
    const auto& medium = setup.recorder.event<core::MediumArrived>(0).medium;
    CHECK(medium.id.value == "sdb-17");
    CHECK(medium.node == (setup.machine.paths.dev / "sdb").string());
    CHECK(medium.size == 2048 * 512);
    REQUIRE(medium.device);
    CHECK(medium.device->value == "1-2");
    CHECK(medium.interface == std::uint8_t{1});
    CHECK_FALSE(medium.system);
    CHECK_FALSE(medium.admitted_before);
}

TEST_CASE(
    "removable disks, cards and optical drives are media; internal and virtual disks are not") {
    Setup setup;
    for (const char* name : {"sda", "sdc", "mmcblk0", "mmcblk1", "sr0", "loop0", "zram0", "nbd0"})
        setup.machine.disk(name, "", 1, 100);
    setup.machine.mapping("dm-0", {"sda"});
    for (const char* name : {"sdc", "sr0", "loop0"})
        FakeMachine::write(setup.machine.block(name) / "removable", "1\n");
    FakeMachine::write(setup.machine.block("mmcblk0") / "device/type", "SD\n");
    setup.scan();
    const auto arrived = setup.recorder.all<core::MediumArrived>();
    std::set<std::string> ids;
    for (const auto& event : arrived) ids.insert(event.medium.id.value);
    CHECK(ids == std::set<std::string>{"mmcblk0-1", "sdc-1", "sr0-1"});
    REQUIRE(arrived.size() == 3);
    for (const auto& event : arrived) {
        CHECK_FALSE(event.medium.device);
        CHECK(event.medium.slot == (event.medium.id.value == "sr0-1"));
    }
}

TEST_CASE("a disk behind a port that the firmware calls external is a medium") {
    Setup setup;
    setup.machine.disk("nvme1n1", "", 1, 100);
    setup.scan();
    CHECK(setup.recorder.all<core::MediumArrived>().empty());
    const auto above = std::filesystem::canonical(setup.machine.block("nvme1n1")).parent_path();
    FakeMachine::write(above.parent_path() / "removable", "removable\n");
    setup.scan();
    CHECK(setup.recorder.all<core::MediumArrived>().size() == 1);
}

TEST_CASE("a disk on a bus that only media hang on is a medium") {
    Setup setup;
    setup.machine.disk("mspblk0", "", 1, 100);
    const auto card = std::filesystem::canonical(setup.machine.block("mspblk0")).parent_path();
    const auto bus = setup.machine.paths.sys / "bus/memstick";
    std::filesystem::create_directories(bus);
    std::filesystem::create_symlink(bus, card.parent_path() / "subsystem");
    setup.scan();
    CHECK(setup.recorder.all<core::MediumArrived>().size() == 1);
}

TEST_CASE("a disk beside an empty one of the same USB interface is a card in a slot") {
    Setup setup;
    setup.machine.disk("sdb", "1-2:1.1", 17, 2048);
    setup.machine.disk("sdc", "1-2:1.1", 18, 4096);
    setup.uevent("add", "sdb");
    REQUIRE(setup.recorder.run_until_events(1));
    CHECK_FALSE(setup.recorder.event<core::MediumArrived>(0).medium.slot);
    setup.machine.disk("sdd", "1-2:1.1", 19, 0);
    setup.uevent("add", "sdc");
    REQUIRE(setup.recorder.run_until_events(2));
    CHECK(setup.recorder.event<core::MediumArrived>(1).medium.slot);
}

TEST_CASE("a system disk and an earlier admission are told") {
    Setup setup;
    setup.machine.disk("sdb", "1-2:1.1", 17, 2048);
    FakeMachine::write(setup.machine.paths.proc / "swaps", "Filename\n/dev/sdb partition 1 0 -2\n");
    REQUIRE(setup.admissions.admit({"sdb-17"}, core::Admission::encrypted));
    setup.scan();
    CHECK(setup.recorder.event<core::MediumArrived>(0).medium.system);
    CHECK(setup.recorder.event<core::MediumArrived>(0).medium.admitted_before);
}

TEST_CASE("an empty slot is no medium until a card is in it, and none again without it") {
    Setup setup;
    setup.machine.disk("sdb", "1-2:1.1", 17, 0);
    setup.uevent("add", "sdb");
    CHECK(setup.settles_at(0));
    FakeMachine::write(setup.machine.block("sdb") / "size", "2048\n");
    setup.uevent("change", "sdb");
    REQUIRE(setup.recorder.run_until_events(1));
    CHECK(setup.recorder.event<core::MediumArrived>(0).medium.id.value == "sdb-17");
    CHECK(setup.recorder.event<core::MediumArrived>(0).medium.slot);
    FakeMachine::write(setup.machine.block("sdb") / "size", "0\n");
    setup.uevent("change", "sdb");
    REQUIRE(setup.recorder.run_until_events(2));
    CHECK(setup.recorder.event<core::MediumLeft>(1).id.value == "sdb-17");
}

TEST_CASE("a scan does not wait for a drive that has stopped answering") {
    Setup setup;
    setup.machine.disk("sdb", "1-2:1.1", 17, 2048);
    FakeMachine::write(setup.machine.block("sdb") / "removable", "1\n");
    std::filesystem::create_directories(setup.machine.paths.dev);
    std::filesystem::remove(setup.machine.paths.dev / "sdb");
    // Whoever opens it waits for a writer who never comes.
    REQUIRE(::mkfifo((setup.machine.paths.dev / "sdb").c_str(), 0600) == 0);
    setup.scan();
    CHECK(setup.recorder.event<core::MediumArrived>(0).medium.id.value == "sdb-17");
}

TEST_CASE("another card in the slot is a medium that left and one that arrived") {
    Setup setup;
    setup.stick_arrives();
    FakeMachine::write(setup.machine.block("sdb") / "diskseq", "18\n");
    setup.uevent("change", "sdb");
    REQUIRE(setup.recorder.run_until_events(3));
    CHECK(setup.recorder.event<core::MediumLeft>(1).id.value == "sdb-17");
    CHECK(setup.recorder.event<core::MediumArrived>(2).medium.id.value == "sdb-18");
    CHECK(setup.left == std::vector<core::MediumId>{{"sdb-17"}});
}

TEST_CASE("a stick that is pulled leaves, also while it is being read") {
    Setup setup;
    setup.stick_arrives();
    setup.uevent("remove", "sdb");
    CHECK(setup.recorder.event<core::MediumLeft>(1).id.value == "sdb-17");
    setup.uevent("add", "sdb");
    setup.uevent("remove", "sdb");
    CHECK(setup.settles_at(2));
}

TEST_CASE("the kernel's own scan of partitions is no change, a new table is") {
    Setup setup;
    setup.stick_arrives();
    setup.partition_uevent("add", "sdb", "sdb1");
    CHECK(setup.settles_at(1));
    setup.machine.partition("sdb", "sdb2", 1200, 512);
    setup.partition_uevent("add", "sdb", "sdb2");
    REQUIRE(setup.recorder.run_until_events(2));
    CHECK(setup.recorder.event<core::MediumChanged>(1).medium.id.value == "sdb-17");
}

TEST_CASE(
    "whoever may have written to the disk or a partition makes it changed, our own announcement "
    "does not") {
    Setup setup;
    setup.stick_arrives();
    setup.uevent("change", "sdb", true);
    CHECK(setup.settles_at(1));
    setup.partition_uevent("change", "sdb", "sdb1");
    CHECK(setup.settles_at(2));
    setup.uevent("change", "sdb");
    CHECK(setup.settles_at(3));
    CHECK(setup.recorder.all<core::MediumChanged>().size() == 2);
}

TEST_CASE("changes while it is examined are reported once, afterwards") {
    Setup setup;
    setup.stick_arrives();
    setup.source.examination_started({"sdb-17"});
    setup.uevent("change", "sdb");
    CHECK(setup.settles_at(1));
    setup.uevent("change", "sdb");
    CHECK(setup.settles_at(1));
    setup.source.examination_finished({"sdb-17"});
    CHECK(setup.settles_at(2));
    setup.source.examination_started({"sdb-17"});
    setup.source.examination_finished({"sdb-17"});
    CHECK(setup.settles_at(2));
}

TEST_CASE("a card in a reader that is built into the machine is one in a slot") {
    Setup setup;
    setup.machine.disk("sdb", "1-2:1.1", 17, 2048);
    FakeMachine::write(setup.machine.usb("1-2") / "removable", "fixed\n");
    setup.uevent("add", "sdb");
    REQUIRE(setup.recorder.run_until_events(1));
    CHECK(setup.recorder.event<core::MediumArrived>(0).medium.slot);
}

TEST_CASE("a disk whose capacity changes is a changed medium") {
    Setup setup;
    setup.stick_arrives();
    FakeMachine::write(setup.machine.block("sdb") / "size", "4096\n");
    setup.partition_uevent("add", "sdb", "sdb1");
    REQUIRE(setup.recorder.run_until_events(2));
    CHECK(setup.recorder.event<core::MediumChanged>(1).medium.size == 4096 * 512);
}

TEST_CASE("a scan after lost events counts what is still there as changed") {
    Setup setup;
    setup.stick_arrives();
    setup.machine.disk("sdc", "1-2:1.1", 18, 100);
    setup.scan();
    CHECK(setup.recorder.all<core::MediumArrived>().size() == 2);
    CHECK(setup.recorder.all<core::MediumChanged>().size() == 1);
    setup.machine.remove_block("sdb");
    setup.scan();
    REQUIRE(setup.recorder.all<core::MediumLeft>().size() == 1);
    CHECK(setup.recorder.all<core::MediumLeft>()[0].id.value == "sdb-17");
}

TEST_CASE("a disk that fstab waits for is known as the system's once udev has made its link") {
    Setup setup;
    FakeMachine::write(setup.machine.paths.etc / "fstab",
                       "UUID=0123-ABCD /backup ext4 nofail 0 2\n");
    FakeMachine::write(setup.machine.paths.udev / "control", "");
    setup.machine.disk("sdb", "1-2:1.1", 17, 2048);
    FakeMachine::write(setup.machine.block("sdb") / "dev", "8:16\n");
    setup.uevent("add", "sdb");
    std::filesystem::create_symlink(setup.machine.paths.dev / "sdb",
                                    setup.machine.paths.dev / "disk/by-uuid/0123-ABCD");
    FakeMachine::write(setup.machine.paths.udev / "data/b8:16", "");
    REQUIRE(setup.recorder.run_until_events(1));
    CHECK(setup.recorder.event<core::MediumArrived>(0).medium.system);
}
