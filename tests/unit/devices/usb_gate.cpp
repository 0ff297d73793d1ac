// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/usb_gate.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <string>
#include <thread>

#include "platform/base/unique_fd.h"
#include "platform/devices/usb_switches.h"
#include "tests/unit/devices/fake_machine.h"
#include "tests/unit/devices/recorder.h"

using namespace vaktpost;
using namespace vaktpost::test;
using platform::UsbGate;

namespace {

struct Setup {
    FakeMachine machine;
    Recorder recorder;
    platform::Workers workers{recorder.io};
    UsbGate gate{recorder.sink(), workers, machine.paths.sys, machine.paths.run};

    Setup() {
        machine.root_hub(1);
        machine.usb_device("1-2", {{0, 3, 1, 1}, {1, 8, 6, 0x50, "1"}});
    }
    std::string authorized(const std::string& name) {
        return FakeMachine::read(machine.usb(name) / "authorized");
    }
    std::string probed() { return FakeMachine::read(machine.paths.sys / "bus/usb/drivers_probe"); }
    core::UsbSwitched perform(const core::SwitchUsb& request) {
        gate.perform(request);
        REQUIRE(recorder.run_until_events(1));
        return recorder.event<core::UsbSwitched>(0);
    }
};

}  // namespace

TEST_CASE("an interface is released and its driver probed, another one withdrawn") {
    Setup setup;
    const auto before = platform::now();
    const auto switched = setup.perform({{"1-2"}, {0}, {1}, false});
    CHECK(switched.ok);
    CHECK(switched.error.empty());
    CHECK(switched.id.value == "1-2");
    CHECK(switched.done >= before);
    CHECK(setup.authorized("1-2:1.0") == "1");
    CHECK(setup.authorized("1-2:1.1") == "0");
    CHECK(setup.probed() == "1-2:1.0");
}

TEST_CASE(
    "an interface in quarantine is marked before it is released, and udev told when it is over") {
    Setup setup;
    const auto mark = setup.machine.paths.run / "quarantine/1-2:1.0";
    std::filesystem::create_directories(setup.machine.paths.run);
    FakeMachine::write(setup.machine.usb("1-2:1.0") / "authorized", "0\n");
    core::SwitchUsb request{{"1-2"}, {0}, {}, false};
    request.quarantine = {0};
    CHECK(setup.perform(request).ok);
    CHECK(std::filesystem::exists(mark));
    CHECK(setup.authorized("1-2:1.0") == "1");

    const auto input = setup.machine.usb("1-2:1.0") / "0003:1234:5678.0001/input/input7";
    FakeMachine::write(input / "uevent", "");
    FakeMachine::write(input / "event7/uevent", "");
    FakeMachine::write(input / "inhibited", "1\n");
    setup.gate.perform({{"1-2"}, {0}, {}, false});
    REQUIRE(setup.recorder.run_until_events(2));
    CHECK_FALSE(std::filesystem::exists(mark));
    CHECK(FakeMachine::read(input / "inhibited").substr(0, 1) == "0");
    CHECK(FakeMachine::read(input / "uevent") == "add");
    CHECK(FakeMachine::read(input / "event7/uevent") == "add");
}

TEST_CASE("what is in quarantine when the agent stops is withdrawn") {
    Setup setup;
    core::SwitchUsb request{{"1-2"}, {0}, {}, false};
    request.quarantine = {0};
    CHECK(setup.perform(request).ok);
    setup.gate.restore_defaults();
    CHECK(setup.authorized("1-2:1.0") == "0");
    CHECK(std::filesystem::is_empty(setup.machine.paths.run / "quarantine"));
}

TEST_CASE("what cannot be put into quarantine is not released") {
    Setup setup;
    std::filesystem::remove_all(setup.machine.paths.run);
    FakeMachine::write(setup.machine.paths.run, "no folder");
    core::SwitchUsb request{{"1-2"}, {0}, {}, false};
    request.quarantine = {0};
    CHECK_FALSE(setup.perform(request).ok);
    CHECK(setup.authorized("1-2:1.0") == "0");
}

TEST_CASE("all interfaces are released before the first is probed") {
    Setup setup;
    FakeMachine::write(setup.machine.usb("1-2:1.1") / "authorized", "0\n");
    const auto probe = setup.machine.paths.sys / "bus/usb/drivers_probe";
    std::filesystem::remove(probe);
    REQUIRE(::mkfifo(probe.c_str(), 0600) == 0);
    const platform::UniqueFd kernel(::open(probe.c_str(), O_RDWR | O_CLOEXEC));
    std::string at_probe;
    std::thread at_first_probe([&] {
        char first = 0;
        if (::read(kernel.get(), &first, 1) == 1)
            at_probe = setup.authorized("1-2:1.0") + setup.authorized("1-2:1.1");
    });
    setup.perform({{"1-2"}, {0, 1}, {}, false});
    at_first_probe.join();
    CHECK(at_probe == "11");
}

TEST_CASE("nothing is written where the state is as asked") {
    Setup setup;
    const auto attribute = setup.machine.usb("1-2:1.1") / "authorized";
    const auto before = std::filesystem::last_write_time(attribute);
    CHECK(setup.perform({{"1-2"}, {1}, {}, false}).ok);
    CHECK(std::filesystem::last_write_time(attribute) == before);
    CHECK(setup.probed().empty());
}

TEST_CASE(
    "a device without any allowed interface is withdrawn as a whole, and comes back before its "
    "interfaces do") {
    Setup setup;
    CHECK(setup.perform({{"1-2"}, {}, {}, true}).ok);
    CHECK(setup.authorized("1-2") == "0");
    setup.recorder.events.clear();
    CHECK(setup.perform({{"1-2"}, {0}, {}, false}).ok);
    CHECK(setup.authorized("1-2") == "1");
    CHECK(setup.authorized("1-2:1.0") == "1");
}

TEST_CASE("what has gone counts as withdrawn, but cannot be released") {
    Setup setup;
    CHECK(setup.perform({{"1-9"}, {}, {0, 7}, true}).ok);
    setup.recorder.events.clear();
    const auto switched = setup.perform({{"1-2"}, {0, 7}, {}, false});
    CHECK_FALSE(switched.ok);
    CHECK(switched.error == "No such file or directory");
    CHECK(setup.authorized("1-2:1.0") == "1");
}

TEST_CASE("an id that is no device name reaches no file") {
    Setup setup;
    CHECK(platform::switch_usb(setup.machine.paths.sys, setup.machine.paths.run,
                               {{"../devices/1-2"}, {}, {}, true})
              .error()
              .code == EINVAL);
    CHECK(setup.authorized("1-2") == "1");
}

TEST_CASE("a switch that hangs delays no other device") {
    Setup setup;
    setup.machine.usb_device("1-3", {{0, 3, 1, 1}});
    const auto attribute = setup.machine.usb("1-2") / "authorized";
    std::filesystem::remove(attribute);
    REQUIRE(::mkfifo(attribute.c_str(), 0600) ==
            0);  // both reading and writing it wait for the other side
    setup.gate.perform({{"1-2"}, {}, {}, true});
    setup.gate.perform({{"1-3"}, {0}, {}, false});
    REQUIRE(setup.recorder.run_until_events(1));
    CHECK(setup.recorder.event<core::UsbSwitched>(0).id.value == "1-3");
    setup.recorder.settle(setup.workers, "usb:1-3");
    CHECK(setup.recorder.events.size() == 1);
}

TEST_CASE("an orderly stop opens every bus again") {
    Setup setup;
    setup.machine.root_hub(2);
    for (const char* name : {"usb1", "usb2"})
        FakeMachine::write(setup.machine.usb(name) / "interface_authorized_default", "0\n");
    setup.gate.restore_defaults();
    for (const char* name : {"usb1", "usb2"})
        CHECK(FakeMachine::read(setup.machine.usb(name) / "interface_authorized_default") == "1");
}
