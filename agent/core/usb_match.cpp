// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/usb_match.h"

#include <algorithm>

#include "agent/core/policy.h"

namespace vaktpost::core {
namespace {

bool any_alternate(const UsbInterface& interface, const UsbClassPattern& pattern) {
    return std::any_of(interface.alternates.begin(), interface.alternates.end(),
                       [&](const UsbClass& alternate) { return pattern.matches(alternate); });
}

bool all_alternates(const UsbInterface& interface, const UsbClassPattern& pattern) {
    return !interface.alternates.empty() &&
           std::all_of(interface.alternates.begin(), interface.alternates.end(),
                       [&](const UsbClass& alternate) { return pattern.matches(alternate); });
}

bool any_interface(const UsbDevice& device, const UsbClassPattern& pattern) {
    return std::any_of(
        device.interfaces.begin(), device.interfaces.end(),
        [&](const UsbInterface& interface) { return any_alternate(interface, pattern); });
}

// Finds each pattern an interface of its own: augmenting paths, so that a broad pattern does not
// take what a narrow one needs.
class Pairing {
  public:
    Pairing(const UsbDevice& device, const UsbClassPatterns& patterns)
        : device_(device), patterns_(patterns), taken_(device.interfaces.size(), free_) {}

    bool is_complete() {
        if (patterns_.size() != device_.interfaces.size()) return false;
        for (std::size_t pattern = 0; pattern < patterns_.size(); ++pattern) {
            tried_.assign(taken_.size(), false);
            if (!place(pattern)) return false;
        }
        return true;
    }

  private:
    bool place(
        std::size_t pattern) {  // NOLINT(misc-no-recursion): as deep as a device has interfaces
        for (std::size_t i = 0; i < taken_.size(); ++i) {
            if (tried_[i] || !all_alternates(device_.interfaces[i], patterns_[pattern])) continue;
            tried_[i] = true;
            if (taken_[i] != free_ && !place(taken_[i])) continue;
            taken_[i] = pattern;
            return true;
        }
        return false;
    }

    static constexpr std::size_t free_ = SIZE_MAX;
    const UsbDevice& device_;
    const UsbClassPatterns& patterns_;
    std::vector<std::size_t> taken_;  // by interface: the pattern that has it
    std::vector<bool> tried_;
};

bool any_pattern(const std::vector<std::string>& patterns, std::string_view text) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return matches_pattern(pattern, text); });
}

bool any_group(const std::vector<std::string>& patterns, const std::vector<std::string>& groups) {
    return std::any_of(groups.begin(), groups.end(),
                       [&](const std::string& group) { return any_pattern(patterns, group); });
}

bool in_time(const UsbRule& rule, const Surroundings& around) {
    return around.utc && std::any_of(rule.time.begin(), rule.time.end(), [&](const WeekSpan& span) {
               return span.holds(around.of_week);
           });
}

bool is_over(const UsbRule& rule, const Surroundings& around) {
    return !around.utc || *around.utc >= *rule.until;
}

// Tells `failed` of each test that fails, cheap ones first, until it returns false.
template <class Failed>
void try_rule(const UsbRule& rule, const UsbDevice& device, const UsbInterface& interface,
              const Surroundings& around, Failed failed) {
    const auto test = [&](bool named, RuleTest which, auto&& holds) {
        return !named || holds() || failed(which);
    };
    // Nobody says who is in front: what may block does.
    const bool untold = around.lost && rule.action == UsbRuleAction::block;
    (void)(test(rule.vendor.has_value(), RuleTest::vendor,
                [&] { return *rule.vendor == device.vendor; }) &&
           test(rule.product.has_value(), RuleTest::product,
                [&] { return *rule.product == device.product; }) &&
           test(rule.by_serial, RuleTest::serial,
                [&] { return !rule.serial_tag.empty() && rule.serial_tag == device.serial_tag; }) &&
           test(!rule.descriptors.empty(), RuleTest::descriptors,
                [&] { return rule.descriptors == device.descriptors; }) &&
           test(rule.until.has_value(), RuleTest::until, [&] { return !is_over(rule, around); }) &&
           test(!rule.interface.empty(), RuleTest::interface,
                [&] {
                    return std::any_of(rule.interface.begin(), rule.interface.end(),
                                       [&](const UsbClassPattern& pattern) {
                                           return any_alternate(interface, pattern);
                                       });
                }) &&
           test(rule.action == UsbRuleAction::read_only, RuleTest::storage,
                [&] { return is_storage(interface); }) &&
           test(!rule.device_all_of.empty(), RuleTest::device_all_of,
                [&] {
                    return std::all_of(
                        rule.device_all_of.begin(), rule.device_all_of.end(),
                        [&](const auto& pattern) { return any_interface(device, pattern); });
                }) &&
           test(!rule.device_one_of.empty(), RuleTest::device_one_of,
                [&] {
                    return std::any_of(
                        rule.device_one_of.begin(), rule.device_one_of.end(),
                        [&](const auto& pattern) { return any_interface(device, pattern); });
                }) &&
           test(!rule.device_equals.empty(), RuleTest::device_equals,
                [&] { return Pairing(device, rule.device_equals).is_complete(); }) &&
           test(!rule.port.empty(), RuleTest::port,
                [&] { return any_pattern(rule.port, device.id.value); }) &&
           test(!rule.connect_type.empty(), RuleTest::connect_type,
                [&] {
                    return std::find(rule.connect_type.begin(), rule.connect_type.end(),
                                     device.connect_type) != rule.connect_type.end();
                }) &&
           test(!rule.user.empty(), RuleTest::user,
                [&] {
                    return untold || (!around.user.empty() && any_pattern(rule.user, around.user));
                }) &&
           test(!rule.group.empty(), RuleTest::group,
                [&] { return untold || any_group(rule.group, around.groups); }) &&
           test(rule.screen.has_value(), RuleTest::screen,
                [&] { return untold || *rule.screen == around.screen; }) &&
           test(!rule.time.empty(), RuleTest::time, [&] { return in_time(rule, around); }));
}

}  // namespace

bool names_device(const UsbRule& rule) {
    return rule.vendor || rule.product || !rule.serial.empty() || !rule.descriptors.empty() ||
           !rule.port.empty();
}

bool is_storage(const UsbInterface& interface) {
    return std::any_of(
        interface.alternates.begin(), interface.alternates.end(),
        [](const UsbClass& alternate) { return alternate.base == usb_class::mass_storage; });
}

bool meets(const UsbRule& rule, const UsbDevice& device, const UsbInterface& interface,
           const Surroundings& around) {
    bool met = true;
    try_rule(rule, device, interface, around, [&](RuleTest) { return met = false; });
    return met;
}

std::vector<RuleTest> failed_tests(const UsbRule& rule, const UsbDevice& device,
                                   const UsbInterface& interface, const Surroundings& around) {
    std::vector<RuleTest> failed;
    try_rule(rule, device, interface, around, [&](RuleTest test) {
        failed.push_back(test);
        return true;
    });
    return failed;
}

}  // namespace vaktpost::core
