// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/devices/fake_machine.h"

#include <cstdio>
#include <fstream>
#include <iterator>

namespace vaktpost::test {

namespace fs = std::filesystem;

namespace {

std::string hex(unsigned value, int digits) {
    char text[16];
    std::snprintf(text, sizeof text, "%0*x\n", digits, value);
    return text;
}

}  // namespace

FakeMachine::FakeMachine() : devices_(folder_ / "sys/devices/pci0000:00/0000:00:14.0") {
    paths.sys = folder_ / "sys";
    paths.dev = folder_ / "dev";
    paths.proc = folder_ / "proc";
    paths.etc = folder_ / "etc";
    paths.run = folder_ / "run";
    paths.udev = folder_ / "udev";
    paths.examiner = folder_ / "examiner";
    for (const char* name : {"bus/usb/devices", "class/block", "dev/block"})
        fs::create_directories(paths.sys / name);
    for (const auto& path :
         {devices_, paths.dev / "disk/by-uuid", paths.proc / "self", paths.etc, paths.run})
        fs::create_directories(path);
    write(paths.sys / "bus/usb/drivers_probe", "");
}

void FakeMachine::write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

std::string FakeMachine::read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(stream)), {});
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

void FakeMachine::link(const fs::path& object, const fs::path& where) {
    fs::create_symlink(object, where);
}

void FakeMachine::bind_driver(const std::string& interface) {
    link(paths.sys / "bus/usb/drivers/some_driver", usb(interface) / "driver");
}

void FakeMachine::root_hub(int bus) {
    const std::string name = "usb" + std::to_string(bus);
    write(devices_ / name / "interface_authorized_default", "1\n");
    link(devices_ / name, usb(name));
    interface(name, {0, 9, 0, 0, "1"});
}

void FakeMachine::usb_device(const std::string& name,
                             const std::vector<FakeInterface>& interfaces) {
    const fs::path object = devices_ / ("usb" + name.substr(0, name.find('-'))) / name;
    write(object / "idVendor", "046d\n");
    write(object / "idProduct", "c31c\n");
    write(object / "busnum", name.substr(0, name.find('-')) + "\n");
    write(object / "devnum", std::to_string(next_device_number_++) + "\n");
    write(object / "bConfigurationValue", "1\n");
    write(object / "authorized", "1\n");
    write(object / "serial", "SN 0815\n");
    write(object / "power/connected_duration", "4200\n");
    link(object, usb(name));
    for (const auto& one : interfaces) interface(name, one);
}

void FakeMachine::interface(const std::string& device, const FakeInterface& one) {
    const bool root_hub = device.rfind("usb", 0) == 0;
    const std::string name =
        (root_hub ? device.substr(3) + "-0" : device) + ":1." + std::to_string(one.number);
    const fs::path object = fs::canonical(usb(device)) / name;
    write(object / "bInterfaceClass", hex(one.base, 2));
    write(object / "bInterfaceSubClass", hex(one.sub, 2));
    write(object / "bInterfaceProtocol", hex(one.protocol, 2));
    write(object / "authorized", one.authorized + "\n");
    link(object, usb(name));
}

void FakeMachine::usbfs_node(const std::string& name, const std::vector<std::uint8_t>& raw) {
    char node[16];
    std::snprintf(node, sizeof node, "%03d/%03d", std::stoi(read(usb(name) / "busnum")),
                  std::stoi(read(usb(name) / "devnum")));
    write(paths.dev / "bus/usb" / node, std::string(raw.begin(), raw.end()));
}

void FakeMachine::remove_usb_device(const std::string& name) {
    const fs::path object = fs::canonical(usb(name));
    fs::remove_all(object);
    for (const auto& entry : fs::directory_iterator(paths.sys / "bus/usb/devices"))
        if (!fs::exists(entry.path())) fs::remove(entry.path());
}

void FakeMachine::disk(const std::string& name, const std::string& below, int sequence,
                       int sectors) {
    const fs::path parent =
        below.empty() ? devices_ / "ata1" : fs::canonical(usb(below)) / "host6/target6:0:0/6:0:0:0";
    const fs::path object = parent / "block" / name;
    write(object / "size", std::to_string(sectors) + "\n");
    write(object / "removable", "0\n");
    write(object / "diskseq", std::to_string(sequence) + "\n");
    write(object / "uevent", "");
    link(object, block(name));
    write(paths.dev / name, "");
}

void FakeMachine::partition(const std::string& disk, const std::string& name, int start,
                            int sectors) {
    const fs::path object = fs::canonical(block(disk)) / name;
    write(object / "partition", "1\n");
    write(object / "start", std::to_string(start) + "\n");
    write(object / "size", std::to_string(sectors) + "\n");
    write(object / "uevent", "");
    link(object, block(name));
    write(paths.dev / name, "");
}

void FakeMachine::mapping(const std::string& name, const std::vector<std::string>& slaves) {
    const fs::path object = paths.sys / "devices/virtual/block" / name;
    fs::create_directories(object / "slaves");
    for (const auto& slave : slaves) link(fs::canonical(block(slave)), object / "slaves" / slave);
    link(object, block(name));
    write(paths.dev / name, "");
}

void FakeMachine::remove_block(const std::string& name) {
    fs::remove_all(fs::canonical(block(name)));
    for (const auto& entry : fs::directory_iterator(paths.sys / "class/block"))
        if (!fs::exists(entry.path())) fs::remove(entry.path());
}

void FakeMachine::examiner(const std::string& shell_script) {
    write(paths.examiner, "#!/bin/sh\n" + shell_script);
    fs::permissions(paths.examiner, fs::perms::owner_all);
}

}  // namespace vaktpost::test
