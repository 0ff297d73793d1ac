// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/usb_source.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/unit/devices/fake_machine.h"
#include "tests/unit/devices/recorder.h"

using namespace vaktpost;
using namespace vaktpost::test;
using platform::Uevent;
using platform::UsbSource;

namespace {

struct Setup {
    FakeMachine machine;
    Recorder recorder;
    platform::Workers workers{recorder.io};
    platform::Pseudonym pseudonym{platform::Pseudonym::Key{}};
    UsbSource source{recorder.io, recorder.sink(), workers, pseudonym, machine.paths};

    std::optional<core::Duration> scan(bool at_start) {
        bool done = false;
        std::optional<core::Duration> oldest;
        source.scan(at_start, [&](std::optional<core::Duration> first_enumeration) {
            done = true;
            oldest = first_enumeration;
        });
        REQUIRE(recorder.run_until([&] { return done; }));
        return oldest;
    }

    void uevent(const std::string& action, const std::string& devtype, const std::string& name) {
        source.handle(
            {action, "usb", devtype, "/devices/pci0000:00/" + name, "", false, platform::now()});
    }

    std::string bus_default(const std::string& root_hub) {
        return FakeMachine::read(machine.usb(root_hub) / "interface_authorized_default");
    }
};

}  // namespace

TEST_CASE(
    "at start every bus is closed and every device reported as present, hubs included, root hubs "
    "not") {
    Setup setup;
    setup.machine.root_hub(1);
    setup.machine.root_hub(2);
    setup.machine.usb_device("1-1", {{0, 9, 0, 1}});
    setup.machine.usb_device("1-1.2", {{0, 3, 1, 1}});
    FakeMachine::write(setup.machine.usb("1-1.2") / "power/connected_duration", "9100\n");
    CHECK(setup.scan(true) == std::chrono::milliseconds(9100));
    CHECK(setup.bus_default("usb1") == "0");
    CHECK(setup.bus_default("usb2") == "0");
    const auto arrived = setup.recorder.all<core::UsbDeviceArrived>();
    REQUIRE(arrived.size() == 2);
    CHECK(arrived[0].device.present_at_start);
    CHECK(arrived[0].device.serial_tag.value.size() == 16);
}

TEST_CASE("a machine without a USB bus is empty, not lost") {
    Setup setup;
    std::filesystem::remove_all(setup.machine.paths.sys / "bus");
    CHECK_FALSE(setup.scan(true));
    CHECK(setup.recorder.events.empty());
}

TEST_CASE("a bus that appears later is closed at once, before its devices can come") {
    Setup setup;
    setup.scan(true);
    setup.machine.root_hub(3);
    setup.uevent("add", "usb_device", "usb3");
    CHECK(setup.bus_default("usb3") == "0");
}

TEST_CASE("a root hub that was withdrawn by our own haste is freed again") {
    Setup setup;
    setup.machine.root_hub(3);
    FakeMachine::write(setup.machine.usb("3-0:1.0") / "authorized", "0\n");
    setup.uevent("bind", "usb_device", "usb3");
    CHECK(setup.recorder.run_until([&] {
        return FakeMachine::read(setup.machine.paths.sys / "bus/usb/drivers_probe") == "3-0:1.0";
    }));
    CHECK(FakeMachine::read(setup.machine.usb("3-0:1.0") / "authorized") == "1");
}

TEST_CASE("a device read while the kernel configures it is reported at once, with its first time") {
    Setup setup;
    setup.machine.root_hub(1);
    setup.scan(true);
    setup.machine.usb_device("1-2", {{0, 8, 6, 0x50}});
    setup.uevent("add", "usb_device", "1-2");
    const auto after = platform::now();
    setup.uevent("add", "usb_interface", "1-2/1-2:1.0");
    REQUIRE(setup.recorder.run_until_events(1));
    const auto& device = setup.recorder.event<core::UsbDeviceArrived>(0).device;
    CHECK(device.id.value == "1-2");
    CHECK(device.interfaces.size() == 1);
    CHECK_FALSE(device.present_at_start);
    CHECK(device.seen <= after);
    setup.uevent("bind", "usb_device", "1-2");
    setup.recorder.settle(setup.workers, "usb:1-2");
    CHECK(setup.recorder.events.size() == 1);
}

TEST_CASE("a device that the kernel has not configured is not reported before it has") {
    Setup setup;
    setup.machine.root_hub(1);
    setup.scan(true);
    setup.machine.usb_device("1-2", {});
    FakeMachine::write(setup.machine.usb("1-2") / "bConfigurationValue", "\n");
    setup.uevent("add", "usb_device", "1-2");
    setup.recorder.settle(setup.workers, "usb:1-2");
    CHECK(setup.recorder.events.empty());
    FakeMachine::write(setup.machine.usb("1-2") / "bConfigurationValue", "1\n");
    setup.machine.interface("1-2", {0, 8, 6, 0x50});
    setup.uevent("add", "usb_interface", "1-2/1-2:1.0");
    setup.recorder.settle(setup.workers, "usb:1-2");
    CHECK(setup.recorder.events.empty());
    setup.uevent("bind", "usb_device", "1-2");
    REQUIRE(setup.recorder.run_until_events(1));
    CHECK(setup.recorder.event<core::UsbDeviceArrived>(0).device.interfaces.size() == 1);
}

TEST_CASE("a device that a scan finds before the kernel has configured it is waited for") {
    Setup setup;
    setup.machine.root_hub(1);
    setup.machine.usb_device("1-2", {});
    FakeMachine::write(setup.machine.usb("1-2") / "bConfigurationValue", "\n");
    FakeMachine::write(setup.machine.usb("1-2") / "authorized", "1\n");
    bool done = false;
    setup.source.scan(true, [&](auto) { done = true; });
    setup.uevent("add", "usb_device", "1-2");
    setup.recorder.settle(setup.workers, "usb:1-2");
    CHECK(setup.recorder.events.empty());
    CHECK_FALSE(done);
    FakeMachine::write(setup.machine.usb("1-2") / "bConfigurationValue", "1\n");
    setup.machine.interface("1-2", {0, 3, 1, 1});
    SECTION("until \"bind\"") {
        setup.uevent("bind", "usb_device", "1-2");
    }
    SECTION("for a moment, where \"bind\" was before the scan") {}
    REQUIRE(setup.recorder.run_until([&] { return done; }));
    REQUIRE(setup.recorder.events.size() == 1);
    const auto& device = setup.recorder.event<core::UsbDeviceArrived>(0).device;
    CHECK(device.interfaces.size() == 1);
    CHECK(device.present_at_start);
}

TEST_CASE("a device that the kernel does not configure is reported all the same") {
    Setup setup;
    setup.machine.root_hub(1);
    setup.machine.usb_device("1-2", {});
    FakeMachine::write(setup.machine.usb("1-2") / "bConfigurationValue", "\n");
    FakeMachine::write(setup.machine.usb("1-2") / "authorized", "1\n");
    setup.scan(true);
    CHECK(setup.recorder.event<core::UsbDeviceArrived>(0).device.interfaces.empty());
}

TEST_CASE("a device that was withdrawn as a whole is not waited for") {
    Setup setup;
    setup.machine.root_hub(1);
    setup.machine.usb_device("1-2", {});
    FakeMachine::write(setup.machine.usb("1-2") / "bConfigurationValue", "\n");
    FakeMachine::write(setup.machine.usb("1-2") / "authorized", "0\n");
    const auto before = platform::now();
    setup.scan(true);
    CHECK(platform::now() - before < UsbSource::configuration_wait);
    CHECK(setup.recorder.events.size() == 1);
}

TEST_CASE("what comes while a device is read is looked at afterwards") {
    Setup setup;
    setup.machine.root_hub(1);
    setup.machine.usb_device("1-2", {{0, 3, 1, 1}});
    setup.uevent("bind", "usb_device", "1-2");
    setup.recorder.settle(setup.workers, "usb:1-2");  // read; not yet told
    setup.machine.interface("1-2", {1, 8, 6, 0x50});
    setup.uevent("add", "usb_interface", "1-2/1-2:1.1");
    REQUIRE(setup.recorder.run_until_events(2));
    CHECK(setup.recorder.event<core::UsbDeviceArrived>(1).device.interfaces.size() == 2);
}

TEST_CASE("a device that leaves is reported, and one that leaves while it is read never existed") {
    Setup setup;
    setup.machine.root_hub(1);
    setup.machine.usb_device("1-2", {{0, 8, 6, 0x50}});
    setup.scan(true);
    setup.machine.remove_usb_device("1-2");
    setup.uevent("remove", "usb_device", "1-2");
    REQUIRE(setup.recorder.run_until_events(2));
    CHECK(setup.recorder.event<core::UsbDeviceLeft>(1).id.value == "1-2");

    setup.machine.usb_device("1-3", {{0, 8, 6, 0x50}});
    setup.uevent("bind", "usb_device", "1-3");
    setup.uevent("remove", "usb_device", "1-3");
    setup.recorder.settle(setup.workers, "usb:1-3");
    CHECK(setup.recorder.events.size() == 2);
}

TEST_CASE("interfaces made anew on a known device announce it again, once") {
    Setup setup;
    setup.machine.root_hub(1);
    setup.machine.usb_device("1-2", {{0, 3, 1, 1}});
    setup.scan(true);
    setup.machine.interface("1-2", {1, 8, 6, 0x50});
    setup.uevent("add", "usb_interface", "1-2/1-2:1.1");
    setup.uevent("add", "usb_interface", "1-2/1-2:1.1");
    REQUIRE(setup.recorder.run_until_events(2));
    setup.recorder.settle(setup.workers, "usb:1-2");
    CHECK(setup.recorder.events.size() == 2);
    CHECK(setup.recorder.event<core::UsbDeviceArrived>(1).device.interfaces.size() == 2);
}

TEST_CASE(
    "a scan after lost events reports what came, what went and what changed its identity, and "
    "nothing else") {
    Setup setup;
    setup.machine.root_hub(1);
    for (const char* name : {"1-1", "1-2", "1-3"}) setup.machine.usb_device(name, {{0, 3, 0, 0}});
    setup.scan(true);
    setup.recorder.events.clear();

    setup.machine.remove_usb_device("1-1");
    FakeMachine::write(setup.machine.usb("1-2") / "idProduct", "0001\n");
    setup.machine.usb_device("1-4", {{0, 8, 6, 0x50}});
    setup.machine.root_hub(2);
    setup.scan(false);
    CHECK(setup.bus_default("usb2") == "0");
    const auto left = setup.recorder.all<core::UsbDeviceLeft>();
    REQUIRE(left.size() == 2);
    CHECK(left[0].id.value == "1-1");
    CHECK(left[1].id.value == "1-2");
    const auto arrived = setup.recorder.all<core::UsbDeviceArrived>();
    REQUIRE(arrived.size() == 2);
    CHECK_FALSE(arrived[0].device.present_at_start == arrived[1].device.present_at_start);
    CHECK(setup.recorder.events.size() == 4);
}

TEST_CASE("a device that does not let itself be read delays no other one") {
    Setup setup;
    setup.machine.root_hub(1);
    setup.machine.usb_device("1-2", {{0, 8, 6, 0x50}});
    setup.machine.usb_device("1-3", {{0, 3, 1, 1}});
    const auto serial = setup.machine.usb("1-2") / "serial";
    std::filesystem::remove(serial);
    REQUIRE(::mkfifo(serial.c_str(), 0600) == 0);  // its reader waits for a writer
    setup.source.scan(true, [](auto) {});
    REQUIRE(setup.recorder.run_until_events(1));
    setup.recorder.settle(setup.workers, "usb:1-3");
    REQUIRE(setup.recorder.events.size() == 1);
    CHECK(setup.recorder.event<core::UsbDeviceArrived>(0).device.id.value == "1-3");

    std::ofstream(serial) << "late\n";
    REQUIRE(setup.recorder.run_until_events(2));
}

TEST_CASE("what a driver makes of an interface is told, and only of a device that was reported") {
    Setup setup;
    setup.machine.root_hub(1);
    setup.machine.usb_device("1-2", {{0, 3, 0, 0}});
    setup.scan(true);
    const std::string below = "1-2:1.0/0003:046D:C31C.0001/input/input5";
    FakeMachine::write(setup.machine.usb("1-2") / below / "capabilities/key",
                       "e080ffdf01cfffff fffffffffffffffe\n");
    const auto path = std::filesystem::relative(
        std::filesystem::canonical(setup.machine.usb("1-2")), setup.machine.paths.sys);
    const auto input_came = [&](const std::string& name) {
        setup.source.handle_input(
            {"add", "input", "", "/" + (path / name).string(), "", false, platform::now()});
    };
    input_came(below);
    REQUIRE(setup.recorder.run_until_events(2));
    const auto& driven = setup.recorder.event<core::UsbInterfaceDriven>(1);
    CHECK(driven.id.value == "1-2");
    CHECK(driven.interface == 0);
    CHECK(driven.keyboard);
}
