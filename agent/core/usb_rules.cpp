// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/usb_rules.h"

#include <algorithm>
#include <array>

namespace vaktpost::core {
namespace {

using Decisions = std::map<std::uint8_t, InterfaceDecision>;

bool any_alternate(const UsbInterface& interface, auto&& predicate) {
    return std::any_of(interface.alternates.begin(), interface.alternates.end(), predicate);
}

bool has_class(const UsbInterface& interface, std::uint8_t base) {
    return any_alternate(interface,
                         [&](const UsbClass& alternate) { return alternate.base == base; });
}

bool only_class(const UsbInterface& interface, std::uint8_t base) {
    return !interface.alternates.empty() &&
           !any_alternate(interface,
                          [&](const UsbClass& alternate) { return alternate.base != base; });
}

bool is_phone(const UsbInterface& interface) {
    return interface.mtp || has_class(interface, usb_class::image);
}

bool meets(const UsbRule& rule, const UsbDevice& device, const UsbInterface& interface) {
    if (rule.vendor && *rule.vendor != device.vendor) return false;
    if (rule.product && *rule.product != device.product) return false;
    return rule.interface.empty() ||
           std::any_of(rule.interface.begin(), rule.interface.end(),
                       [&](const UsbClassPattern& pattern) {
                           return any_alternate(interface, [&](const UsbClass& alternate) {
                               return pattern.matches(alternate);
                           });
                       });
}

// Storage is never simply allowed by a rule: what is in it decides. A rule may only refuse it
// outright.
InterfaceDecision by_rules(const Policy& policy, const UsbDevice& device,
                           const UsbInterface& interface) {
    const bool storage = has_class(interface, usb_class::mass_storage);
    for (const auto& rule : policy.usb_rules) {
        if (!meets(rule, device, interface)) continue;
        if (rule.action == UsbRuleAction::block) return {InterfaceVerdict::block, rule.id};
        return {storage ? InterfaceVerdict::examine : InterfaceVerdict::allow, rule.id};
    }
    if (storage) return {InterfaceVerdict::examine, {"builtin.storage"}};
    if (is_phone(interface))
        return {policy.usb.phones == PhoneRule::allow ? InterfaceVerdict::allow
                                                      : InterfaceVerdict::block,
                {"usb.phones"}};
    return {policy.usb.fallback == UsbRuleAction::allow ? InterfaceVerdict::allow
                                                        : InterfaceVerdict::block,
            {"usb.default"}};
}

InterfaceDecision judge(const Policy& policy, const UsbDevice& device,
                        const UsbInterface& interface) {
    if (device.holds_system_disk) return {InterfaceVerdict::allow, {"builtin.system_disk"}};
    if (only_class(interface, usb_class::hub)) return {InterfaceVerdict::allow, {"builtin.hub"}};
    if (only_class(interface, usb_class::smart_card))
        return {InterfaceVerdict::allow, {"builtin.card_reader"}};
    return by_rules(policy, device, interface);
}

bool allows_keyboard(const UsbDeviceState& device) {
    return std::any_of(device.device.interfaces.begin(), device.device.interfaces.end(),
                       [&](const UsbInterface& interface) {
                           const auto found = device.interfaces.find(interface.number);
                           return interface.keyboard && found != device.interfaces.end() &&
                                  found->second.verdict == InterfaceVerdict::allow;
                       });
}

bool other_keyboard_allowed(const State& state, const DeviceId& except) {
    return std::any_of(state.usb.begin(), state.usb.end(), [&](const auto& entry) {
        return entry.first != except && allows_keyboard(entry.second);
    });
}

bool has_keyboard(const UsbDevice& device) {
    return std::any_of(device.interfaces.begin(), device.interfaces.end(),
                       [](const UsbInterface& interface) { return interface.keyboard; });
}

bool is_card_reader(const UsbDevice& device) {
    return std::any_of(
        device.interfaces.begin(), device.interfaces.end(),
        [](const UsbInterface& interface) { return has_class(interface, usb_class::smart_card); });
}

// Nobody is ever locked out of the only keyboard, whatever the rules say.
void rescue_only_keyboard(const State& state, const UsbDevice& device, Decisions& decisions) {
    for (const auto& interface : device.interfaces) {
        auto& decision = decisions[interface.number];
        if (!interface.keyboard || decision.verdict != InterfaceVerdict::block) continue;
        if (!other_keyboard_allowed(state, device.id))
            decision = {InterfaceVerdict::allow, {"builtin.only_keyboard"}};
    }
}

Decisions judge_device(const State& state, const Policy& policy, const UsbDevice& device) {
    Decisions decisions;
    for (const auto& interface : device.interfaces)
        decisions[interface.number] = judge(policy, device, interface);
    rescue_only_keyboard(state, device, decisions);
    if (policy.usb.mode == Mode::observe)
        for (auto& [number, decision] : decisions)
            decision.observed = decision.verdict == InterfaceVerdict::block;
    return decisions;
}

bool is_withdrawn(const InterfaceDecision& decision) {
    return decision.verdict == InterfaceVerdict::block && !decision.observed;
}

// A phone withdrawn as a whole may stop to charge: its interfaces go, its configuration stays.
bool may_be_withdrawn_whole(const UsbDevice& device) {
    return std::none_of(device.interfaces.begin(), device.interfaces.end(), is_phone);
}

SwitchUsb switches_for(const UsbDevice& device, const Decisions& decisions) {
    SwitchUsb request{device.id, {}, {}, may_be_withdrawn_whole(device)};
    for (const auto& [number, decision] : decisions) {
        (is_withdrawn(decision) ? request.deauthorize : request.authorize).push_back(number);
        if (!is_withdrawn(decision)) request.deauthorize_device = false;
    }
    return request;
}

void carry_out(Context& context, UsbDeviceState& device, std::optional<Seq> cause) {
    device.decided = context.now;
    device.cause = cause;
    context.act(switches_for(device.device, device.interfaces));
}

std::string hex(unsigned value, int digits) {
    constexpr std::string_view alphabet = "0123456789abcdef";
    std::string text(static_cast<std::size_t>(digits), '0');
    for (auto place = text.rbegin(); place != text.rend(); ++place, value /= 16)
        *place = alphabet[value % 16];
    return text;
}

std::string describe(const UsbInterface& interface) {
    std::string text = std::to_string(interface.number);
    char separator = '=';
    for (const auto& alternate : interface.alternates) {
        text += separator + hex(alternate.base, 2) + ":" + hex(alternate.sub, 2) + ":" +
                hex(alternate.protocol, 2);
        separator = ',';
    }
    return text;
}

std::vector<std::string> interfaces_with(const UsbDeviceState& device, InterfaceVerdict verdict) {
    std::vector<std::string> list;
    for (const auto& interface : device.device.interfaces) {
        const auto found = device.interfaces.find(interface.number);
        if (found != device.interfaces.end() && found->second.verdict == verdict)
            list.push_back(describe(interface));
    }
    return list;
}

// The rule to name: that of the first interface which is not simply allowed, else of the first.
RuleId rule_of(const Decisions& decisions) {
    if (decisions.empty()) return {"builtin.unreadable"};
    const auto refused = std::find_if(decisions.begin(), decisions.end(), [](const auto& entry) {
        return entry.second.verdict == InterfaceVerdict::block;
    });
    return (refused == decisions.end() ? decisions.begin() : refused)->second.rule;
}

std::vector<Field> describe(const UsbDeviceState& device, const UsbSwitched& result) {
    const auto& known = device.device;
    std::vector<Field> data{{"device", known.id.value},
                            {"vendor", hex(known.vendor, 4)},
                            {"product", hex(known.product, 4)}};
    if (!known.serial_tag.empty()) data.push_back({"serial", known.serial_tag.value});
    data.push_back({"allowed", interfaces_with(device, InterfaceVerdict::allow)});
    data.push_back({"blocked", interfaces_with(device, InterfaceVerdict::block)});
    data.push_back({"examined", interfaces_with(device, InterfaceVerdict::examine)});
    data.push_back({"present_at_start", known.present_at_start});
    data.push_back({"decision_us", std::int64_t{(*device.decided - known.seen).count()}});
    data.push_back({"done_us", std::int64_t{(result.done - known.seen).count()}});
    if (!result.ok) data.push_back({"error", result.error});
    return data;
}

Outcome outcome_of(const Decisions& decisions, bool ok) {
    if (!ok) return Outcome::failed;
    const bool observed = std::any_of(decisions.begin(), decisions.end(),
                                      [](const auto& entry) { return entry.second.observed; });
    return observed ? Outcome::observed : Outcome::enforced;
}

}  // namespace

void on_usb_device_arrived(Context& context, const UsbDeviceArrived& event) {
    auto& device = context.state.usb[event.device.id];
    device.device = event.device;
    device.interfaces = judge_device(context.state, context.policy, event.device);
    carry_out(context, device, std::nullopt);
}

void on_usb_device_left(Context& context, const UsbDeviceLeft& event) {
    const auto found = context.state.usb.find(event.id);
    if (found == context.state.usb.end()) return;
    const auto device = std::move(found->second.device);
    context.state.usb.erase(found);
    context.append(EventType::usb_removed, {{"device", device.id.value},
                                            {"vendor", hex(device.vendor, 4)},
                                            {"product", hex(device.product, 4)}});
    if (has_keyboard(device)) rejudge_usb(context);
    if (is_card_reader(device)) context.state.readers_unplugged.push_back(context.now);
}

void on_usb_switched(Context& context, const UsbSwitched& event) {
    const auto found = context.state.usb.find(event.id);
    if (found == context.state.usb.end() || !found->second.decided) return;
    auto& device = found->second;
    const bool blocked =
        device.interfaces.empty() || !interfaces_with(device, InterfaceVerdict::block).empty();
    auto& record = context.append(blocked ? EventType::usb_blocked : EventType::usb_allowed,
                                  describe(device, event));
    record.outcome = outcome_of(device.interfaces, event.ok);
    record.rule = rule_of(device.interfaces);
    record.cause = device.cause;
    device.decided.reset();
}

void withdraw_storage(Context& context, const DeviceId& id, std::uint8_t interface, Seq cause) {
    const auto found = context.state.usb.find(id);
    if (found == context.state.usb.end()) {
        context.act(SwitchUsb{id, {}, {interface}, false});
        return;
    }
    auto& device = found->second;
    device.interfaces[interface] = {InterfaceVerdict::block, {"builtin.medium"}};
    device.device.seen = context.now;
    carry_out(context, device, cause);
}

void rejudge_usb(Context& context) {
    for (auto& [id, device] : context.state.usb) {
        const bool withdrawn = std::any_of(
            device.interfaces.begin(), device.interfaces.end(),
            [](const auto& entry) { return entry.second.rule == RuleId{"builtin.medium"}; });
        if (withdrawn) continue;  // stays so until it is plugged in again
        auto decisions = judge_device(context.state, context.policy, device.device);
        if (decisions == device.interfaces) continue;
        device.interfaces = std::move(decisions);
        device.device.seen = context.now;
        carry_out(context, device, std::nullopt);
    }
}

}  // namespace vaktpost::core
