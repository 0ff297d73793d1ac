// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/quarantine.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "platform/base/journal.h"
#include "platform/base/small_file.h"
#include "platform/devices/sysfs.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

constexpr int depth_limit = 5;  // interface / HID device / input / inputN / eventN

// The kernel hears of it again: udev had this written. Older kernels (before 5.11) have no such
// file.
void release_input(const fs::path& input) {
    if (read_attribute(input / "inhibited") != "1") return;
    const auto written = write_existing(input / "inhibited", "0");
    if (!written) warn(written.error().text());
}

// "add": libinput takes up a device at no other word. inputN before its nodes, as the kernel does.
void announce_inputs(const fs::path& folder, int depth) {
    for (const auto& name : names_in(folder)) {
        std::error_code error;
        if (fs::symlink_status(folder / name, error).type() != fs::file_type::directory) continue;
        const bool input =
            name.starts_with("input") || name.starts_with("event") || name.starts_with("mouse");
        if (input) release_input(folder / name);
        if (input && fs::exists(folder / name / "uevent", error)) {
            const auto written = write_existing(folder / name / "uevent", "add");
            if (!written) warn(written.error().text());
        }
        if (depth < depth_limit) announce_inputs(folder / name, depth + 1);
    }
}

}  // namespace

bool Quarantine::contains(const std::string& interface) const {
    std::error_code ignored;
    return fs::exists(folder_ / interface, ignored);
}

core::Status Quarantine::hold(const std::string& interface) {
    if (::mkdir(folder_.c_str(), 0755) != 0 && errno != EEXIST)
        return core::system_error(errno, "create " + folder_.string());
    return replace_file(folder_ / interface, "", 0644);
}

void Quarantine::lift(const std::string& interface) {
    std::error_code ignored;
    if (!fs::remove(folder_ / interface, ignored)) return;
    announce_inputs(resolved(sys_ / "bus/usb/devices" / interface), 1);
}

void Quarantine::withdraw_all() {
    for (const auto& interface : names_in(folder_)) {
        const auto done = write_existing(sys_ / "bus/usb/devices" / interface / "authorized", "0");
        std::error_code ignored;
        if (done || done.error().code == ENOENT) fs::remove(folder_ / interface, ignored);
    }
}

}  // namespace vaktpost::platform
