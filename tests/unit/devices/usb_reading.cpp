// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/usb_reading.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "platform/base/sha256.h"
#include "tests/unit/devices/descriptors.h"
#include "tests/unit/devices/fake_machine.h"

using namespace vaktpost::test;
using vaktpost::core::UsbClass;
using vaktpost::platform::read_usb_device;

namespace {

constexpr const char* typing_keys = "10000 7 ff800000000007ff febeffdff3cfffff fffffffffffffffe\n";
constexpr const char* media_keys = "c000 178168 0 0 0\n";

}  // namespace

TEST_CASE("a device is read with all its alternates, its other configurations and its identity") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {{0, 3, 1, 1}});
    machine.usbfs_node("1-2",
                       joined({device_descriptor(2),
                               configuration(1, 1,
                                             {interface_descriptor(0, 0, 3, 1, 1),
                                              interface_descriptor(0, 1, 3, 0, 0)}),
                               configuration(2, 1, {interface_descriptor(0, 0, 8, 6, 0x50)})}));
    const auto reading = read_usb_device(machine.paths, {"1-2"});
    REQUIRE(reading);
    CHECK(reading->device.vendor == 0x046d);
    CHECK(reading->device.product == 0xc31c);
    CHECK(reading->serial == "SN 0815");
    CHECK(reading->connected == std::chrono::milliseconds(4200));
    REQUIRE(reading->device.interfaces.size() == 1);
    CHECK(reading->device.interfaces[0].alternates == std::vector<UsbClass>{{3, 0, 0}, {3, 1, 1}});
    CHECK(reading->device.interfaces[0].keyboard);
    CHECK(reading->device.other_classes == std::vector<UsbClass>{{8, 6, 0x50}});
    CHECK_FALSE(reading->device.holds_system_disk);
}

TEST_CASE("without its node a device has the interfaces that sysfs shows") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2.1", {{0, 8, 6, 0x50}, {1, 0xff, 0, 0}});
    const auto reading = read_usb_device(machine.paths, {"1-2.1"});
    REQUIRE(reading);
    REQUIRE(reading->device.interfaces.size() == 2);
    CHECK(reading->device.interfaces[0].alternates == std::vector<UsbClass>{{8, 6, 0x50}});
}

TEST_CASE("hostile descriptors hide nothing that sysfs shows") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {{0, 8, 6, 0x50}});
    machine.usbfs_node("1-2", joined({device_descriptor(255), Raw(300, 0xff)}));
    const auto reading = read_usb_device(machine.paths, {"1-2"});
    REQUIRE(reading);
    REQUIRE(reading->device.interfaces.size() == 1);
    CHECK(reading->device.interfaces[0].alternates == std::vector<UsbClass>{{8, 6, 0x50}});
}

TEST_CASE("an unreadable device has no interface, and one that has gone no reading") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {});
    const auto reading = read_usb_device(machine.paths, {"1-2"});
    REQUIRE(reading);
    CHECK(reading->device.interfaces.empty());
    machine.remove_usb_device("1-2");
    CHECK_FALSE(read_usb_device(machine.paths, {"1-2"}));
}

TEST_CASE("a device withdrawn as a whole is judged by its first configuration") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {});
    machine.usbfs_node("1-2",
                       joined({device_descriptor(1),
                               configuration(1, 1, {interface_descriptor(0, 0, 8, 6, 0x50)})}));
    FakeMachine::write(machine.usb("1-2") / "bConfigurationValue", "\n");
    CHECK(read_usb_device(machine.paths, {"1-2"})->device.interfaces.empty());
    FakeMachine::write(machine.usb("1-2") / "authorized", "0\n");
    CHECK(read_usb_device(machine.paths, {"1-2"})->device.interfaces.size() == 1);
}

TEST_CASE("a keyboard without the boot protocol is known by its typing keys") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {{0, 3, 0, 0}, {1, 3, 0, 0}});
    const std::string input = "0003:046D:C31C.0001/input/input5/capabilities/key";
    FakeMachine::write(machine.usb("1-2:1.0") / input, media_keys);
    FakeMachine::write(machine.usb("1-2:1.1") / input, typing_keys);
    machine.bind_driver("1-2:1.0");
    machine.bind_driver("1-2:1.1");
    const auto reading = read_usb_device(machine.paths, {"1-2"});
    REQUIRE(reading);
    CHECK_FALSE(reading->device.interfaces[0].keyboard);
    CHECK_FALSE(reading->device.interfaces[0].types);
    CHECK(reading->device.interfaces[1].keyboard);
    CHECK(reading->device.interfaces[1].types);
}

TEST_CASE("a few letters or digits make no keyboard, but type") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {{0, 3, 0, 0}, {1, 3, 0, 0}, {2, 3, 1, 2}});
    const std::string input = "0003:046D:C31C.0001/input/input5/capabilities/key";
    FakeMachine::write(machine.usb("1-2:1.0") / input, "0 0 10000\n");       // Q
    FakeMachine::write(machine.usb("1-2:1.1") / input, "40000 0\n");         // keypad 0
    FakeMachine::write(machine.usb("1-2:1.2") / input, "ff0000 0 0 0 0\n");  // mouse buttons
    for (const char* name : {"1-2:1.0", "1-2:1.1", "1-2:1.2"}) machine.bind_driver(name);
    const auto reading = read_usb_device(machine.paths, {"1-2"});
    REQUIRE(reading);
    const auto& interfaces = reading->device.interfaces;
    CHECK((interfaces[0].types && !interfaces[0].keyboard));
    CHECK((interfaces[1].types && !interfaces[1].keyboard));
    CHECK((!interfaces[2].types && interfaces[2].driven));
}

TEST_CASE("a device with the system's disk on it is known") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {{0, 8, 6, 0x50}});
    machine.usb_device("1-3", {{0, 8, 6, 0x50}});
    machine.disk("sda", "1-2:1.0", 1, 1000);
    machine.disk("sdb", "1-3:1.0", 2, 1000);
    machine.bind_driver("1-2:1.0");
    machine.bind_driver("1-3:1.0");
    FakeMachine::write(machine.paths.proc / "swaps",
                       "Filename Type Size Used Priority\n/dev/sda partition 1 0 -2\n");
    CHECK(read_usb_device(machine.paths, {"1-2"})->device.holds_system_disk);
    CHECK_FALSE(read_usb_device(machine.paths, {"1-3"})->device.holds_system_disk);
}

TEST_CASE("an interface of the vendor's own class that calls itself MTP is known") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {{0, 0xff, 0xff, 0}, {1, 0xff, 0x42, 1}, {2, 8, 6, 0x50}});
    FakeMachine::write(machine.usb("1-2:1.0") / "interface", "MTP\n");
    FakeMachine::write(machine.usb("1-2:1.1") / "interface", "ADB Interface\n");
    FakeMachine::write(machine.usb("1-2:1.2") / "interface", "MTP\n");
    const auto reading = read_usb_device(machine.paths, {"1-2"});
    REQUIRE(reading);
    CHECK(reading->device.interfaces[0].mtp);
    CHECK_FALSE(reading->device.interfaces[1].mtp);
    CHECK_FALSE(reading->device.interfaces[2].mtp);
}

TEST_CASE("a device's descriptors have a hash, and its port says how it is built") {
    FakeMachine machine;
    machine.root_hub(1);
    machine.usb_device("1-2", {{0, 3, 1, 1}});
    CHECK(read_usb_device(machine.paths, {"1-2"})->device.descriptors.empty());
    const auto raw =
        joined({device_descriptor(1), configuration(1, 1, {interface_descriptor(0, 0, 3, 1, 1)})});
    machine.usbfs_node("1-2", raw);
    const auto folder = machine.paths.sys / "bus/usb/devices/1-2";
    std::filesystem::create_directories(folder / "port");
    std::ofstream(folder / "port/connect_type") << "not used\n";
    const auto reading = read_usb_device(machine.paths, {"1-2"});
    CHECK(reading->device.descriptors == vaktpost::platform::sha256_hex(raw));
    CHECK(reading->device.connect_type == vaktpost::core::ConnectType::not_used);
    std::ofstream(folder / "port/connect_type") << "soldered\n";
    CHECK(read_usb_device(machine.paths, {"1-2"})->device.connect_type ==
          vaktpost::core::ConnectType::unknown);
}
