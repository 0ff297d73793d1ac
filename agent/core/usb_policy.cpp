// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/usb_policy.h"

#include <algorithm>
#include <utility>

namespace vaktpost::core {
namespace {

std::uint32_t product_key(std::uint16_t vendor, std::uint16_t product) {
    return std::uint32_t{vendor} << 16U | product;
}

template <class Map, class Key>
const auto* places_of(const Map& map, Key key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

}  // namespace

bool UsbClassPattern::matches(const UsbClass& candidate) const {
    return (!base || *base == candidate.base) && (!sub || *sub == candidate.sub) &&
           (!protocol || *protocol == candidate.protocol);
}

UsbRules::UsbRules(std::vector<UsbRule> rules) : rules_(std::move(rules)) {
    for (std::uint32_t place = 0; place < rules_.size(); ++place) index(place);
}

void UsbRules::push_back(UsbRule rule) {
    rules_.push_back(std::move(rule));
    index(static_cast<std::uint32_t>(rules_.size() - 1));
}

void UsbRules::index(std::uint32_t place) {
    const UsbRule& rule = rules_[place];
    if (rule.vendor && rule.product)
        by_product_[product_key(*rule.vendor, *rule.product)].push_back(place);
    else if (rule.vendor)
        by_vendor_[*rule.vendor].push_back(place);
    else
        general_.push_back(place);
    if (rule.depends_on_time()) timed_.push_back(place);
    depends_on_session_ = depends_on_session_ || rule.depends_on_session();
}

const UsbRule* UsbRules::find(const RuleId& id) const {
    const auto found = std::find_if(rules_.begin(), rules_.end(),
                                    [&](const UsbRule& rule) { return rule.id == id; });
    return found == rules_.end() ? nullptr : &*found;
}

UsbRules::Candidates::Candidates(const UsbRules& rules, std::uint16_t vendor, std::uint16_t product)
    : rules_(rules),
      lists_{places_of(rules.by_product_, product_key(vendor, product)),
             places_of(rules.by_vendor_, vendor), &rules.general_} {}

const UsbRule* UsbRules::Candidates::next() {
    std::size_t best = 3;
    for (std::size_t i = 0; i < 3; ++i) {
        if (lists_[i] == nullptr || at_[i] == lists_[i]->size()) continue;
        if (best == 3 || (*lists_[i])[at_[i]] < (*lists_[best])[at_[best]]) best = i;
    }
    return best == 3 ? nullptr : &rules_.rules_[(*lists_[best])[at_[best]++]];
}

}  // namespace vaktpost::core
