// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/root_hubs.h"

#include "platform/base/journal.h"
#include "platform/base/small_file.h"
#include "platform/devices/sysfs.h"
#include "platform/devices/usb_names.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

void write_or_warn(const fs::path& path, std::string_view value) {
    const auto written = write_existing(path, value);
    if (!written) warn(written.error().text());
}

}  // namespace

void RootHubs::close(const std::string& root_hub) const {
    const fs::path attribute = sys_ / "bus/usb/devices" / root_hub / "interface_authorized_default";
    if (read_attribute(attribute) != "0") write_or_warn(attribute, "0");
}

void RootHubs::free_interface(const std::string& root_hub) const {
    const std::string interface = root_hub.substr(3) + "-0:1.0";
    const fs::path attribute = sys_ / "bus/usb/devices" / root_hub / interface / "authorized";
    if (read_attribute(attribute) != "0") return;
    write_or_warn(attribute, "1");
    write_or_warn(sys_ / "bus/usb/drivers_probe", interface);
}

void RootHubs::restore_all() const {
    for (const auto& name : present())
        write_or_warn(sys_ / "bus/usb/devices" / name / "interface_authorized_default", "1");
}

std::vector<std::string> RootHubs::present() const {
    auto names = names_in(sys_ / "bus/usb/devices");
    std::erase_if(names, [](const std::string& name) { return !is_root_hub(name); });
    return names;
}

}  // namespace vaktpost::platform
