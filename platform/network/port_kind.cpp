// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/network/port_kind.h"

#include <linux/if_arp.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "platform/base/small_file.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;
using core::UplinkKind;

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

// What the driver calls its kind of device in the uevent: "wlan", "wwan", "bluetooth".
std::string device_type(const fs::path& interface) {
    constexpr std::string_view key = "DEVTYPE=";
    const auto uevent = read_small(interface / "uevent");
    if (!uevent) return {};
    const auto at = uevent->find(key);
    if (at == std::string::npos) return {};
    const auto start = at + key.size();
    return uevent->substr(start, uevent->find('\n', start) - start);
}

bool is_phone(const std::string& driver, const Link& link) {
    static constexpr std::array<std::string_view, 2> phones{"rndis_host", "ipheth"};
    static constexpr std::array<std::string_view, 4> classes{"cdc_ether", "cdc_ncm", "cdc_eem",
                                                             "cdc_subset"};
    const auto in = [&](const auto& list) {
        return std::find(list.begin(), list.end(), driver) != list.end();
    };
    return in(phones) || (in(classes) && link.local_address);
}

UplinkKind kind_of(const fs::path& interface, const std::string& driver, const Link& link) {
    const auto type = device_type(interface);
    if (type == "wlan" || is_there(interface / "phy80211")) return UplinkKind::wifi;
    if (type == "wwan" || link.type == ARPHRD_RAWIP) return UplinkKind::modem;
    if (type == "bluetooth") return UplinkKind::bluetooth;
    if (is_phone(driver, link)) return UplinkKind::phone;
    return link.type == ARPHRD_ETHER ? UplinkKind::cable : UplinkKind::other;
}

}  // namespace

Port port_of(const fs::path& sys, const Link& link) {
    if (link.type == ARPHRD_PPP) return {true, UplinkKind::modem, "ppp"};
    const fs::path interface = sys / "class/net" / link.name;
    if (!is_there(interface / "device")) return {};
    std::error_code ignored;
    const std::string driver =
        fs::read_symlink(interface / "device/driver", ignored).filename().string();
    return {true, kind_of(interface, driver, link), driver};
}

bool can_masquerade(const fs::path& sys) {
    return is_there(sys / "module/nft_masq") || is_there(sys / "module/xt_MASQUERADE");
}

}  // namespace vaktpost::platform
