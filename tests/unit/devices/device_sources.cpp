// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/device_sources.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/unit/devices/fake_machine.h"
#include "tests/unit/devices/recorder.h"

using namespace vaktpost;
using namespace vaktpost::test;

namespace {

struct Run {
    explicit Run(FakeMachine& machine)
        : sources{recorder.io, recorder.sink(), workers, pseudonym, machine.paths} {
        sources.start();
        REQUIRE(recorder.run_until([&] { return !recorder.all<core::SourceBack>().empty(); }));
    }
    Recorder recorder;
    platform::Workers workers{recorder.io};
    platform::Pseudonym pseudonym{platform::Pseudonym::Key{}};
    platform::DeviceSources sources;
};

// More real uevents, of a device that nobody cares about, than a monitor's buffer holds. Only root
// can.
bool flood_uevents() {
    std::ofstream uevent("/sys/devices/virtual/mem/null/uevent");
    for (int i = 0; i < 20'000 && uevent; ++i) uevent << "change" << std::flush;
    return static_cast<bool>(uevent);
}

}  // namespace

TEST_CASE("all that is present is reported before the source is, USB before media") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {{0, 8, 6, 0x50}});
    machine.disk("sdb", "1-2:1.0", 17, 2048);
    const Run run(machine);
    REQUIRE(run.recorder.events.size() == 3);
    CHECK(std::holds_alternative<core::UsbDeviceArrived>(run.recorder.events[0]));
    CHECK(std::holds_alternative<core::MediumArrived>(run.recorder.events[1]));
    CHECK(run.recorder.event<core::SourceBack>(2).source == core::Source::devices);
}

TEST_CASE("the gap since the first enumeration is reported on the first start of a boot only") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {{0, 3, 1, 1}});
    CHECK(Run(machine).recorder.all<core::SourceBack>()[0].boot_gap ==
          std::chrono::milliseconds(4200));
    CHECK_FALSE(Run(machine).recorder.all<core::SourceBack>()[0].boot_gap);
}

TEST_CASE("a start removes the admissions of disks that have gone and keeps the others") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {{0, 8, 6, 0x50}});
    machine.disk("sdb", "1-2:1.0", 17, 2048);
    platform::Admissions admissions(machine.paths.run);
    REQUIRE(admissions.admit({"sdb-17"}, core::Admission::encrypted));
    REQUIRE(admissions.admit({"sdb-16"}, core::Admission::encrypted));
    const Run run(machine);
    CHECK(run.recorder.all<core::MediumArrived>()[0].medium.admitted_before);
    CHECK_FALSE(admissions.contains({"sdb-16"}));
}

TEST_CASE("after lost uevents everything is read anew") {
    FakeMachine machine;
    machine.root_hub(1);
    Run run(machine);
    run.recorder.events.clear();
    machine.usb_device("1-2", {{0, 8, 6, 0x50}});  // its uevent will be among those lost
    machine.root_hub(2);
    if (!flood_uevents()) {
        WARN("skipped: only root can make uevents");
        return;
    }
    REQUIRE(run.recorder.run_until_events(1));
    CHECK(run.recorder.event<core::UsbDeviceArrived>(0).device.id.value == "1-2");
    CHECK(FakeMachine::read(machine.usb("usb2") / "interface_authorized_default") == "0");
}
