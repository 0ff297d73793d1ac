// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/own_tags.h"

#include <unistd.h>

#include <algorithm>

#include "config/load.h"
#include "platform/base/small_file.h"

namespace vaktpost::cli {
namespace {

constexpr auto tag_key = "/var/lib/vaktpost/tag.key";

}  // namespace

std::optional<platform::Pseudonym> own_pseudonym() {
    platform::Pseudonym::Key key{};
    const auto stored = platform::read_small(tag_key, key.size());
    if (!stored || stored->size() != key.size()) return std::nullopt;
    std::copy(stored->begin(), stored->end(), key.begin());
    return platform::Pseudonym(key);
}

void name_serials(core::Policy& policy, const platform::Pseudonym& pseudonym) {
    policy.usb_rules.name_serials([&](auto vendor, auto product, const std::string& serial) {
        return platform::usb_serial_tag(pseudonym, vendor, product, serial);
    });
}

std::string own_host() {
    const auto settings = config::load_settings(std::string(config::settings_path));
    if (settings && !settings->host.empty()) return settings->host;
    char name[256] = "";
    return gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace vaktpost::cli
