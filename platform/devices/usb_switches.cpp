// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/usb_switches.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/small_file.h"
#include "platform/devices/quarantine.h"
#include "platform/devices/sysfs.h"
#include "platform/devices/usb_names.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view withdrawn = "0";
constexpr std::string_view released = "1";

class Switches {
  public:
    Switches(const fs::path& sys, const fs::path& run, const core::DeviceId& device)
        : bus_(sys / "bus/usb"), folder_(bus_ / "devices" / device.value), quarantine_(sys, run) {}

    void withdraw_device() { set(folder_, withdrawn); }

    // A device that was withdrawn as a whole has no interfaces until it is configured again.
    void release_device() { set(folder_, released); }

    void withdraw(std::uint8_t number) {
        const auto interface = find(number);
        if (interface) set(folder_ / *interface, withdrawn);
    }

    void release(const std::vector<std::uint8_t>& numbers,
                 const std::vector<std::uint8_t>& quarantined) {
        std::vector<std::string> to_probe;
        for (const auto number : numbers) {
            const bool hidden =
                std::find(quarantined.begin(), quarantined.end(), number) != quarantined.end();
            const auto interface = find(number);
            if (!interface) {
                keep(core::system_error(ENOENT, "authorise interface " + std::to_string(number)));
            } else {
                if (hidden && !hide(*interface)) continue;
                if (set(folder_ / *interface, released)) to_probe.push_back(*interface);
                if (!hidden) quarantine_.lift(*interface);
            }
        }
        for (const auto& interface : to_probe) probe(interface);
    }

    core::Status result() && {
        if (first_error_) return std::move(*first_error_);
        return core::Done{};
    }

  private:
    // False: it could not be, and must not be released. What was in use already is made anew, so
    // that nobody keeps what it has.
    bool hide(const std::string& interface) {
        if (quarantine_.contains(interface)) return true;
        set(folder_ / interface, withdrawn);
        const auto held = quarantine_.hold(interface);
        if (!held) keep(held.error());
        return held.ok();
    }

    void probe(const std::string& interface) {
        const auto probed = write_existing(bus_ / "drivers_probe", interface);
        if (!probed) keep(probed.error());
    }

    std::optional<std::string> find(std::uint8_t number) const {
        for (const auto& name : names_in(folder_)) {
            const auto interface = parse_usb_interface(name);
            if (interface && interface->number == number) return name;
        }
        return std::nullopt;
    }

    // True when it was changed.
    bool set(const fs::path& object, std::string_view value) {
        const auto before = read_small(object / "authorized");
        if (before && before->substr(0, 1) == value) return false;
        const auto written =
            before ? write_existing(object / "authorized", value) : core::Status(before.error());
        const bool gone =
            !written && (written.error().code == ENOENT || written.error().code == ENODEV);
        if (!written && !(gone && value == withdrawn)) keep(written.error());
        return written.ok();
    }

    void keep(core::Error error) {
        if (!first_error_) first_error_ = std::move(error);
    }

    fs::path bus_;
    fs::path folder_;
    Quarantine quarantine_;
    std::optional<core::Error> first_error_;
};

}  // namespace

core::Status switch_usb(const fs::path& sys, const fs::path& run, const core::SwitchUsb& request) {
    // The name becomes part of a path.
    if (!is_usb_device(request.device.value))
        return core::system_error(EINVAL, "switch USB device");
    Switches switches(sys, run, request.device);
    if (request.deauthorize_device) {
        switches.withdraw_device();
    } else {
        for (const auto number : request.deauthorize) switches.withdraw(number);
        if (!request.authorize.empty()) {
            switches.release_device();
            switches.release(request.authorize, request.quarantine);
        }
    }
    return std::move(switches).result();
}

}  // namespace vaktpost::platform
