// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/usb_rules.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "agent/core/exceptions.h"
#include "agent/core/keyboards.h"
#include "agent/core/media_rules.h"
#include "agent/core/surroundings.h"
#include "agent/core/usb_match.h"

namespace vaktpost::core {
namespace {

// What a device is judged by.
struct Judge {
    const State& state;
    const Policy& policy;
    Instant now;
    Surroundings around;
};

using Decisions = std::map<std::uint8_t, InterfaceDecision>;

const RuleId usb_default{"usb.default"};

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

// What storage is allowed, and how, is decided by what is on it. A rule may refuse it outright, or
// say what its media are worth.
InterfaceDecision by_rule(const UsbRule& rule, const UsbInterface& interface) {
    InterfaceDecision decision{InterfaceVerdict::block, rule.id};
    if (rule.action == UsbRuleAction::block) return decision;
    const bool storage = is_storage(interface);
    decision.verdict = storage ? InterfaceVerdict::examine : InterfaceVerdict::allow;
    if (rule.action == UsbRuleAction::read_only) decision.verdict = InterfaceVerdict::read_only;
    decision.audited = rule.action == UsbRuleAction::audit;
    decision.hardware = storage && rule.hardware_encrypted;
    return decision;
}

const UsbRule* first_rule(const Judge& judge, const UsbDevice& device,
                          const UsbInterface& interface) {
    return judge.policy.usb_rules.first(
        device.vendor, device.product, [&](const UsbRule& candidate) {
            return meets(candidate, device, interface, judge.around);
        });
}

struct Ruled {
    InterfaceDecision decision;
    bool named = false;  // by a rule that knows the device
};

// What the rules and the switches of the policy say, whether or not it is new.
Ruled by_kind(const Judge& judge, const UsbDevice& device, const UsbInterface& interface) {
    if (const UsbRule* rule = first_rule(judge, device, interface))
        return {by_rule(*rule, interface), names_device(*rule)};
    if (is_storage(interface)) return {{InterfaceVerdict::examine, {"builtin.storage"}}};
    if (is_phone(interface))
        return {{judge.policy.usb.phones == PhoneRule::allow ? InterfaceVerdict::allow
                                                             : InterfaceVerdict::block,
                 {"usb.phones"}}};
    return {{judge.policy.usb.fallback == UsbDefault::allow ? InterfaceVerdict::allow
                                                            : InterfaceVerdict::block,
             usb_default}};
}

bool is_asked_for_newness(const Ruled& ruled, const UsbInterface& interface) {
    return ruled.decision.verdict != InterfaceVerdict::block && !ruled.named && may_type(interface);
}

// What may type passes one more gate, whatever else it may be: which of its alternate settings is
// in use the device decides.
InterfaceDecision by_policy(const Judge& judge, const UsbDeviceState& state,
                            const UsbInterface& interface) {
    const auto ruled = by_kind(judge, state.device, interface);
    if (!is_asked_for_newness(ruled, interface)) return ruled.decision;
    const auto gate =
        judge_input(judge.state, judge.policy, state, interface, judge.around, judge.now);
    const bool passes = gate.verdict == InterfaceVerdict::allow;
    return passes && ruled.decision.rule != usb_default ? ruled.decision : gate;
}

// An operator's exception lets in what the policy does not. What the policy lets in stays as it
// says: read-only, audited.
InterfaceDecision by_rules(const Judge& judge, const UsbDeviceState& state,
                           const UsbInterface& interface) {
    auto decision = by_policy(judge, state, interface);
    const bool kept_out = decision.verdict == InterfaceVerdict::block ||
                          decision.verdict == InterfaceVerdict::quarantine;
    if (!kept_out) return decision;
    const auto* exception = exception_for(judge.state, state.device, judge.now);
    if (exception == nullptr) return decision;
    return {is_storage(interface) ? InterfaceVerdict::examine : InterfaceVerdict::allow,
            exception->id};
}

// What no rule of the policy is asked about; nothing: the rules decide.
std::optional<InterfaceDecision> builtin(const UsbDevice& device, const UsbInterface& interface) {
    if (device.holds_system_disk)
        return InterfaceDecision{InterfaceVerdict::allow, {"builtin.system_disk"}};
    if (only_class(interface, usb_class::hub))
        return InterfaceDecision{InterfaceVerdict::allow, {"builtin.hub"}};
    if (only_class(interface, usb_class::smart_card))
        return InterfaceDecision{InterfaceVerdict::allow, {"builtin.card_reader"}};
    return std::nullopt;
}

bool is_card_reader(const UsbDevice& device) {
    return std::any_of(
        device.interfaces.begin(), device.interfaces.end(),
        [](const UsbInterface& interface) { return has_class(interface, usb_class::smart_card); });
}

// What was withdrawn for what is on it stays so until it is plugged in again.
void keep_withdrawn(const Decisions& before, Decisions& decisions) {
    for (const auto& [number, decision] : before)
        if (decision.rule == RuleId{"builtin.medium"}) decisions[number] = decision;
}

Decisions judge_device(const Judge& judge, const UsbDeviceState& state) {
    const UsbDevice& device = state.device;
    Decisions decisions;
    for (const auto& interface : device.interfaces) {
        const auto known = builtin(device, interface);
        decisions[interface.number] = known ? *known : by_rules(judge, state, interface);
    }
    rescue_only_keyboard(judge.state, judge.policy, device, decisions);
    if (judge.policy.usb.mode == Mode::observe)
        for (auto& [number, decision] : decisions) {
            if (decision.verdict == InterfaceVerdict::quarantine)
                decision.verdict = InterfaceVerdict::block;
            decision.observed = decision.verdict == InterfaceVerdict::block;
        }
    return decisions;
}

Judge judge_now(const Context& context) {
    return {context.state, context.policy, context.now, surroundings(context.state, context.now)};
}

// Whether the screen is locked decides about it.
bool asks_for_screen(const Judge& judge, const UsbDevice& device, const UsbInterface& interface) {
    return is_asked_for_newness(by_kind(judge, device, interface), interface) &&
           !is_known(judge.state, device, interface);
}

// A rule may ask who is in front, and that has not been told yet, since the agent has only just
// started: what is new stays closed, what was open stays open, until it is.
bool must_wait(const Judge& judge, const UsbDevice& device) {
    if (judge.around.known) return false;
    return std::any_of(device.interfaces.begin(), device.interfaces.end(),
                       [&](const UsbInterface& interface) {
                           return !builtin(device, interface).has_value() &&
                                  (judge.policy.usb_rules.depends_on_session() ||
                                   asks_for_screen(judge, device, interface));
                       });
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
        if (decision.verdict == InterfaceVerdict::quarantine) request.quarantine.push_back(number);
    }
    return request;
}

// Before it is decided on: what the judgement saw.
UsbCircumstances circumstances_of(const Judge& judge, const UsbDeviceState& device) {
    return circumstances(judge.state, judge.policy, device, judge.around, judge.now);
}

void decide_anew(Context& context, UsbDeviceState& device, Decisions decisions) {
    device.interfaces = std::move(decisions);
    suspect_withheld(context, device);
}

void carry_out(Context& context, UsbDeviceState& device, std::optional<Seq> cause) {
    device.decided = context.now;
    device.cause = cause;
    context.act(switches_for(device.device, device.interfaces));
    if (to_be_proved(device).empty()) end_proof(context, device);
}

std::string describe(const UsbInterface& interface) {
    std::string text = std::to_string(interface.number);
    char separator = '=';
    for (const auto& alternate : interface.alternates) {
        text += separator + hex_text(alternate.base, 2) + ":" + hex_text(alternate.sub, 2) + ":" +
                hex_text(alternate.protocol, 2);
        separator = ',';
    }
    return text;
}

// Those for whose decision that holds.
template <class Holds>
std::vector<std::string> interfaces_where(const UsbDeviceState& device, Holds holds) {
    std::vector<std::string> list;
    for (const auto& interface : device.device.interfaces) {
        const auto found = device.interfaces.find(interface.number);
        if (found != device.interfaces.end() && holds(found->second))
            list.push_back(describe(interface));
    }
    return list;
}

std::vector<std::string> interfaces_with(const UsbDeviceState& device, InterfaceVerdict verdict) {
    return interfaces_where(
        device, [&](const InterfaceDecision& decision) { return decision.verdict == verdict; });
}

// A list that is empty for most devices is left out.
void add_list(std::vector<Field>& data, std::string_view key, std::vector<std::string> list) {
    if (!list.empty()) data.push_back({key, std::move(list)});
}

std::vector<std::string> rules_of(const Decisions& decisions) {
    std::vector<std::string> list;
    for (const auto& [number, decision] : decisions)
        list.push_back(std::to_string(number) + "=" + decision.rule.value);
    return list;
}

bool any_audited(const Decisions& decisions) {
    return std::any_of(decisions.begin(), decisions.end(),
                       [](const auto& entry) { return entry.second.audited; });
}

// Exceptions that let an interface in, each once.
void record_uses(Context& context, const UsbDeviceState& device, Seq decision) {
    std::set<RuleId> rules;
    for (const auto& [number, each] : device.interfaces)
        if (each.verdict != InterfaceVerdict::block) rules.insert(each.rule);
    for (const auto& rule : rules) record_use(context, device.device, rule, decision);
}

// What a record says of each interface.
std::vector<std::string> told_of(const UsbDeviceState& device) {
    std::vector<std::string> list;
    for (const auto& interface : device.device.interfaces) {
        const auto found = device.interfaces.find(interface.number);
        if (found == device.interfaces.end()) continue;
        const auto& [verdict, rule, observed, audited, hardware] = found->second;
        list.push_back(describe(interface) + " " + std::string(to_string(verdict)) + " " +
                       rule.value + (observed ? " observed" : ""));
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

std::vector<Field> describe(const UsbDeviceState& device, std::string_view keyboard,
                            const UsbSwitched& result) {
    const auto& known = device.device;
    std::vector<Field> data{{"device", known.id.value},
                            {"vendor", hex_text(known.vendor, 4)},
                            {"product", hex_text(known.product, 4)}};
    if (!known.serial_tag.empty()) data.push_back({"serial", known.serial_tag.value});
    data.push_back({"allowed", interfaces_with(device, InterfaceVerdict::allow)});
    data.push_back({"blocked", interfaces_with(device, InterfaceVerdict::block)});
    data.push_back({"examined", interfaces_with(device, InterfaceVerdict::examine)});
    add_list(data, "read_only", interfaces_with(device, InterfaceVerdict::read_only));
    add_list(data, "quarantine", interfaces_with(device, InterfaceVerdict::quarantine));
    add_list(data, "audited",
             interfaces_where(device, [](const auto& each) { return each.audited; }));
    add_list(data, "hardware",
             interfaces_where(device, [](const auto& each) { return each.hardware; }));
    data.push_back({"rules", rules_of(device.interfaces)});
    if (!keyboard.empty()) data.push_back({"keyboard", std::string(keyboard)});
    describe_inputs(known, device.circumstances, data);
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

// Withdrawn or released as a whole a device has its interfaces made anew and is reported again,
// which is no news.
bool is_news(UsbDeviceState& device, const UsbSwitched& event) {
    auto told = told_of(device);
    if (event.ok && !device.cause && !told.empty() && told == device.told) return false;
    device.told = event.ok ? std::move(told) : std::vector<std::string>{};
    return true;
}

void record(Context& context, UsbDeviceState& device, const UsbSwitched& event) {
    const bool blocked =
        device.interfaces.empty() || !interfaces_with(device, InterfaceVerdict::block).empty();
    auto& record =
        context.append(blocked ? EventType::usb_blocked : EventType::usb_allowed,
                       describe(device, keyboard_standing(context.state, device), event));
    record.outcome = outcome_of(device.interfaces, event.ok);
    record.rule = rule_of(device.interfaces);
    record.cause = device.cause;
    if (!blocked && any_audited(device.interfaces)) record.severity = Severity::notice;
    device.record = record.seq;
    if (event.ok) record_uses(context, device, *device.record);
}

}  // namespace

void on_usb_device_arrived(Context& context, const UsbDeviceArrived& event) {
    auto& device = context.state.usb[event.device.id];
    const bool typed = allows_keyboard(device);
    const UsbDevice before = std::exchange(device.device, event.device);
    keep_shown(before, device.device);
    device.interfaces.clear();
    forget_withdrawn_media(context.state, event.device.id);
    learn_present(context, event.device);
    const Judge judge = judge_now(context);
    device.judged = !must_wait(judge, event.device);
    if (!device.judged) return end_proof(context, device);
    device.circumstances = circumstances_of(judge, device);
    decide_anew(context, device, judge_device(judge, device));
    carry_out(context, device, std::nullopt);
    // Configured anew, it may have been the keyboard for whose sake another one was refused; and it
    // may be the one beside which another is no longer the only one.
    const bool lost = typed && !allows_keyboard(device);
    if (lost || any_rescued_in_vain(context.state, context.policy)) rejudge_usb(context);
}

void on_usb_device_left(Context& context, const UsbDeviceLeft& event) {
    const auto found = context.state.usb.find(event.id);
    if (found == context.state.usb.end()) return;
    end_proof(context, found->second);
    const auto device = std::move(found->second.device);
    context.state.usb.erase(found);
    forget_withdrawn_media(context.state, device.id);
    context.append(EventType::usb_removed, {{"device", device.id.value},
                                            {"vendor", hex_text(device.vendor, 4)},
                                            {"product", hex_text(device.product, 4)}});
    if (has_keyboard(device)) rejudge_usb(context);
    if (is_card_reader(device)) context.state.readers_unplugged.push_back(context.now);
}

void on_usb_switched(Context& context, const UsbSwitched& event) {
    const auto found = context.state.usb.find(event.id);
    if (found == context.state.usb.end() || !found->second.decided) return;
    auto& device = found->second;
    if (is_news(device, event)) record(context, device, event);
    device.decided.reset();
    if (!event.ok) {
        // Nobody listens to it alone, and no other is asked meanwhile.
        if (to_be_proved(device).empty()) return;
        device.proof = Proof::failed;
        return rejudge_usb(context);
    }
    learn_allowed(context, device);
    ask_for_proof(context, device);
}

void withdraw_storage(Context& context, const DeviceId& id, std::uint8_t interface, Seq cause) {
    const auto found = context.state.usb.find(id);
    if (found == context.state.usb.end()) {
        context.act(SwitchUsb{id, {}, {interface}, false});
        return;
    }
    auto& device = found->second;
    const bool typed = allows_keyboard(device);
    device.interfaces[interface] = {InterfaceVerdict::block, {"builtin.medium"}};
    device.device.seen = context.now;
    carry_out(context, device, cause);
    if (typed && !allows_keyboard(device)) rejudge_usb(context);
}

namespace {

// Whether something is decided otherwise now.
bool judge_all(Context& context) {
    const Judge judge = judge_now(context);
    bool changed = false;
    for (auto& [id, device] : context.state.usb) {
        if (must_wait(judge, device.device)) continue;
        device.circumstances = circumstances_of(judge, device);
        auto decisions = judge_device(judge, device);
        keep_withdrawn(device.interfaces, decisions);
        if (std::exchange(device.judged, true) && decisions == device.interfaces) continue;
        changed = true;
        decide_anew(context, device, std::move(decisions));
        device.device.seen = context.now;
        carry_out(context, device, std::nullopt);
        rejudge_media(context, id);
    }
    return changed;
}

}  // namespace

// Which keyboard is the only one depends on the others, and they are judged one after the other.
void rejudge_usb(Context& context) {
    constexpr int most_passes = 3;
    for (int pass = 0; pass < most_passes && judge_all(context); ++pass) {
    }
}

}  // namespace vaktpost::core
