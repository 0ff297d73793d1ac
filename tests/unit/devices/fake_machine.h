// SPDX-License-Identifier: GPL-3.0-or-later
// A machine in a temporary folder: sysfs with the kernel's layout, usbfs nodes, mount tables.
// Attributes are ordinary files, so what was written can be read back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/devices/paths.h"
#include "tests/unit/base/temporary_folder.h"

namespace vaktpost::test {

struct FakeInterface {
    int number = 0;
    std::uint8_t base = 0;
    std::uint8_t sub = 0;
    std::uint8_t protocol = 0;
    std::string authorized = "0";
};

class FakeMachine {
  public:
    FakeMachine();

    platform::DevicePaths paths;

    void root_hub(int bus);
    // `name`: "1-2"; its interfaces belong to configuration 1. Without a node in usbfs.
    void usb_device(const std::string& name, const std::vector<FakeInterface>& interfaces);
    void usbfs_node(const std::string& name, const std::vector<std::uint8_t>& raw);
    void remove_usb_device(const std::string& name);
    void interface(const std::string& device, const FakeInterface& interface);
    // A driver has taken the interface: "1-2:1.0".
    void bind_driver(const std::string& interface);
    [[nodiscard]] std::filesystem::path usb(const std::string& name) const {
        return paths.sys / "bus/usb/devices" / name;
    }

    // `below`: "1-2:1.0" for a stick, empty for an internal disk. `sectors` of 512 bytes.
    void disk(const std::string& name, const std::string& below, int sequence, int sectors);
    void partition(const std::string& disk, const std::string& name, int start, int sectors);
    void mapping(const std::string& name, const std::vector<std::string>& slaves);
    void remove_block(const std::string& name);
    [[nodiscard]] std::filesystem::path block(const std::string& name) const {
        return paths.sys / "class/block" / name;
    }

    // An executable that stands in for vaktpost-examine.
    void examiner(const std::string& shell_script);

    static void write(const std::filesystem::path& file, const std::string& text);
    static std::string read(const std::filesystem::path& file);

  private:
    void link(const std::filesystem::path& object, const std::filesystem::path& where);

    TemporaryFolder folder_;
    std::filesystem::path devices_;
    int next_device_number_ = 2;
};

}  // namespace vaktpost::test
