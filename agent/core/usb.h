// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/time.h"
#include "agent/core/types.h"
#include "agent/core/words.h"

namespace vaktpost::core {

// bInterfaceClass, bInterfaceSubClass, bInterfaceProtocol: USB 2.0, 9.6.5; codes at usb.org
// "Defined Class Codes".
struct UsbClass {
    std::uint8_t base = 0;
    std::uint8_t sub = 0;
    std::uint8_t protocol = 0;
    auto operator<=>(const UsbClass&) const = default;
};

namespace usb_class {
inline constexpr std::uint8_t hid = 0x03;
inline constexpr std::uint8_t image = 0x06;  // PTP and MTP
inline constexpr std::uint8_t mass_storage = 0x08;
inline constexpr std::uint8_t hub = 0x09;
inline constexpr std::uint8_t smart_card = 0x0b;
}  // namespace usb_class

struct UsbInterface {
    std::uint8_t number = 0;
    std::vector<UsbClass>
        alternates;         // of every alternate setting: the driver may choose any of them
    bool keyboard = false;  // an input device of it has the letters, or it is a boot keyboard
                            // (03:01:01): somebody can log in with it
    bool types = false;     // an input device of it has a letter or a digit, however few
    bool mtp = false;       // its class is the vendor's own, and it calls itself MTP
    bool driven = false;    // a driver has made input devices of it: what they show is what it is
};

// How the port it hangs on is made, as the kernel knows it from the firmware: sysfs-bus-usb,
// connect_type.
enum class ConnectType { unknown, hotplug, hardwired, not_used };
VAKTPOST_WORDS(ConnectType, "unknown", "hotplug", "hardwired", "not used");

// Whether a code was typed on a new keyboard.
enum class Proof { none, failed, passed };

// One attached device. All strings come from the device: hostile.
struct UsbDevice {
    DeviceId id;
    std::uint16_t vendor = 0;
    std::uint16_t product = 0;
    Tag serial_tag;
    std::string descriptors;  // SHA-256 over all of them, 64 hex digits; empty: not readable
    ConnectType connect_type = ConnectType::unknown;
    std::vector<UsbInterface> interfaces;  // of the active configuration
    std::vector<UsbClass>
        other_classes;  // of its other configurations: it may ask to be switched to them
    bool holds_system_disk = false;  // a disk under /, swap or fstab hangs on it
    bool present_at_start = false;
    bool storage_driven = false;  // when it was read, a driver had its storage
    Instant seen;                 // when the kernel's report of it reached us
};

}  // namespace vaktpost::core
