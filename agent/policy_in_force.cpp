// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/policy_in_force.h"

#include <utility>

#include "platform/base/journal.h"
#include "platform/base/small_file.h"

namespace vaktpost {
namespace {

constexpr std::string_view local_source = "local";
constexpr std::size_t policy_size_limit = 4 << 20;

}  // namespace

PolicyInForce::PolicyInForce(config::PolicyPaths paths, std::string last_good,
                             config::Settings settings, bool observe_all)
    : paths_(std::move(paths)),
      last_good_(std::move(last_good)),
      settings_(std::move(settings)),
      observe_all_(observe_all) {}

void PolicyInForce::load_first(std::string& refused) {
    auto first = config::load_policy(paths_);
    if (first) {
        take(std::move(*first));
        return;
    }
    refused = first.error().text();
    auto before = config::load_policy({last_good_, paths_.standard});
    if (before && before->source == local_source) before->source = "last_good";
    take(before ? std::move(*before) : config::fallback_policy(paths_));
}

core::Status PolicyInForce::reload() {
    auto loaded = config::load_policy(paths_);
    if (!loaded) return loaded.error();
    take(std::move(*loaded));
    return core::Done{};
}

void PolicyInForce::make_tags(const platform::Pseudonym& pseudonym) {
    effective_.usb_rules.name_serials(
        [&](std::uint16_t vendor, std::uint16_t product, const std::string& serial) {
            return platform::usb_serial_tag(pseudonym, vendor, product, serial);
        });
    effective_.retired_tags.clear();
    for (const auto& name : effective_.media.retired)
        effective_.retired_tags.push_back(platform::volume_tag(pseudonym, name));
}

void PolicyInForce::take(config::LoadedPolicy loaded) {
    loaded_ = std::move(loaded);
    effective_ = config::with_settings(loaded_.policy, settings_, observe_all_);
    if (!loaded_.warning.empty()) platform::warn(loaded_.warning);
    if (loaded_.source == local_source) keep_as_last_good();
}

void PolicyInForce::keep_as_last_good() const {
    const auto text = platform::read_small(paths_.local, policy_size_limit);
    const auto kept =
        text ? platform::replace_file(last_good_, *text, 0640) : core::Status(text.error());
    if (!kept)
        platform::warn("the policy is in force, but no copy of it is kept: " + kept.error().text());
}

}  // namespace vaktpost
