// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/keyboards.h"

#include <algorithm>
#include <memory>

#include "agent/core/surroundings.h"
#include "agent/core/usb_rules.h"

namespace vaktpost::core {
namespace {

const RuleId only_keyboard{"builtin.only_keyboard"};
const RuleId new_while_locked{"builtin.new_while_locked"};
const RuleId not_proved{"builtin.not_proved"};
const RuleId new_keyboards{"usb.new_keyboards"};
const RuleId fallback{"usb.default"};

// Whatever types codes at random gets few tries, however often it unplugs itself.
constexpr Duration proof_pause = std::chrono::minutes(1);

// While one is asked no other is.
constexpr int most_unheard = 3;

std::int64_t today(const Context& context) {
    const auto& wall = context.state.wall;
    return wall ? std::chrono::floor<std::chrono::days>(wall->utc_at(context.now)).count() : 0;
}

template <class Inputs>
auto* find(Inputs& inputs, const UsbDevice& device) {
    const auto found = std::find_if(inputs.begin(), inputs.end(), [&](const KnownInput& each) {
        return each.kind != InputKind::withheld && each.port == device.id &&
               each.descriptors == device.descriptors;
    });
    return found == inputs.end() ? nullptr : std::to_address(found);
}

bool is_present(const State& state, const KnownInput& input) {
    const auto device = state.usb.find(input.port);
    return device != state.usb.end() && device->second.device.descriptors == input.descriptors;
}

// Drops the one not seen for longest of those that `may_go`, if there are as many as `most`.
template <class MayGo>
void make_room(KnownInputs& inputs, std::size_t most, MayGo may_go) {
    const auto kept = std::partition(inputs.begin(), inputs.end(),
                                     [&](const KnownInput& each) { return !may_go(each); });
    if (static_cast<std::size_t>(inputs.end() - kept) < most) return;
    inputs.erase(std::min_element(
        kept, inputs.end(),
        [](const KnownInput& one, const KnownInput& other) { return one.last < other.last; }));
}

void add(Context& context, KnownInput input) {
    auto& inputs = context.state.known_inputs;
    const auto is_mark = [](const KnownInput& each) { return each.kind == InputKind::withheld; };
    make_room(inputs, most_known_at_a_port,
              [&](const KnownInput& each) { return each.port == input.port && !is_mark(each); });
    if (inputs.size() >= most_known_inputs)
        make_room(inputs, 1, [&](const KnownInput& each) {
            return !is_mark(each) && !is_present(context.state, each);
        });
    if (inputs.size() < most_known_inputs) inputs.push_back(std::move(input));
}

void learn(Context& context, const UsbDevice& device, InputKind kind) {
    if (device.descriptors.empty()) return;  // then nothing tells it from another
    const std::int64_t day = today(context);
    KnownInput* known = find(context.state.known_inputs, device);
    if (known == nullptr) return add(context, {device.id, device.descriptors, kind, day, day});
    if (kind == InputKind::keyboard) known->kind = kind;
    known->last = std::max(known->last, day);
}

bool is_suspected(const State& state, const UsbDevice& device) {
    const auto& inputs = state.known_inputs;
    return std::any_of(inputs.begin(), inputs.end(), [&](const KnownInput& each) {
        return each.kind == InputKind::withheld && each.port == device.id;
    });
}

void clear_port(State& state, const UsbDevice& device) {
    std::erase_if(state.known_inputs, [&](const KnownInput& each) {
        return each.kind == InputKind::withheld && each.port == device.id;
    });
}

// A barcode scanner types, and nobody logs in with it.
bool is_scanner(const Policy& policy, const UsbDevice& device) {
    const auto& scanners = policy.input.scanners;
    return std::find(scanners.begin(), scanners.end(), UsbId{device.vendor, device.product}) !=
           scanners.end();
}

bool other_keyboard_allowed(const State& state, const Policy& policy, const DeviceId& except) {
    const auto seat = state.seats.find({"seat0"});
    if (seat != state.seats.end() && seat->second.built_in_keyboard) return true;
    return std::any_of(state.usb.begin(), state.usb.end(), [&](const auto& entry) {
        return entry.first != except && allows_keyboard(entry.second) &&
               !is_scanner(policy, entry.second.device);
    });
}

bool is_input(const UsbInterface& interface) {
    return interface.keyboard ||
           std::any_of(interface.alternates.begin(), interface.alternates.end(),
                       [](const UsbClass& each) { return each.base == usb_class::hid; });
}

bool any_asked(const State& state, const DeviceId& except) {
    return std::any_of(state.usb.begin(), state.usb.end(), [&](const auto& entry) {
        return entry.first != except && !to_be_proved(entry.second).empty();
    });
}

ProofStanding proof_standing(const State& state, const UsbDeviceState& device, Instant now) {
    if (device.proof == Proof::passed) return ProofStanding::passed;
    if (device.proof == Proof::failed) return ProofStanding::failed;
    const bool paused = state.proof_failed && now - *state.proof_failed < proof_pause;
    const bool asked = !to_be_proved(device).empty();
    if (paused && !asked) return ProofStanding::paused;
    return any_asked(state, device.device.id) ? ProofStanding::busy : ProofStanding::open;
}

// One at a time, where somebody can be shown the code.
InterfaceDecision judge_proof(ProofStanding proof, const RuleId& rule, const Surroundings& around) {
    if (proof == ProofStanding::failed || proof == ProofStanding::paused)
        return {InterfaceVerdict::block, not_proved};
    if (!around.desktop || proof == ProofStanding::busy) return {InterfaceVerdict::block, rule};
    return {InterfaceVerdict::quarantine, rule};
}

void notify_desktop(Context& context, Notice notice, const std::string& code) {
    for (const auto& [id, session] : context.state.sessions)
        if (session.info.active && session.info.session_class == SessionClass::graphical)
            context.act(Notify{id, notice, code, std::nullopt, {}});
}

bool is_rescued(const UsbDeviceState& device) {
    return std::any_of(device.interfaces.begin(), device.interfaces.end(),
                       [](const auto& entry) { return entry.second.rule == only_keyboard; });
}

// One that became known by being let in stays let in as it was.
InterfaceDecision pass_known(const UsbDeviceState& device, const UsbInterface& interface) {
    const InterfaceDecision as_new{InterfaceVerdict::allow, new_keyboards};
    const auto before = device.interfaces.find(interface.number);
    const bool stays = before != device.interfaces.end() && before->second == as_new;
    return stays ? as_new : InterfaceDecision{InterfaceVerdict::allow, fallback};
}

// Also of what may turn out to be one: where nothing but its newness speaks against it, or where it
// is known to be one.
bool is_to_be_rescued(const State& state, const UsbDevice& device, const UsbInterface& interface,
                      const InterfaceDecision& decision) {
    const bool blocked = decision.verdict == InterfaceVerdict::block;
    if (interface.keyboard) return blocked || decision.verdict == InterfaceVerdict::quarantine;
    if (!blocked) return false;
    if (decision.rule == new_while_locked || decision.rule == new_keyboards) return true;
    const KnownInput* known = find(state.known_inputs, device);
    return is_input(interface) && !interface.driven && known != nullptr &&
           known->kind == InputKind::keyboard;
}

// Not an exception, which ends, nor a rule that names the device and lets it in by itself.
bool is_by_kind(const Policy& policy, const RuleId& rule) {
    if (rule == fallback || rule == new_keyboards) return true;
    const UsbRule* named = policy.usb_rules.find(rule);
    return named != nullptr && !names_device(*named);
}

// It was taken for a keyboard before a driver had shown what it is.
void correct_kind(Context& context, const UsbDevice& device) {
    KnownInput* known = find(context.state.known_inputs, device);
    if (known != nullptr &&
        std::none_of(device.interfaces.begin(), device.interfaces.end(), may_type))
        known->kind = InputKind::other;
}

bool is_open(const Context& context) {
    return surroundings(context.state, context.now).screen == ScreenState::open;
}

void learn_allowed(Context& context, const UsbDeviceState& device, bool open) {
    for (const auto& interface : device.device.interfaces) {
        const auto found = device.interfaces.find(interface.number);
        if (found == device.interfaces.end() || !is_input(interface)) continue;
        if (found->second.verdict != InterfaceVerdict::allow ||
            !is_by_kind(context.policy, found->second.rule))
            continue;
        if (!interface.driven && !can_type(interface)) continue;  // nobody has seen what it is
        if (open || is_known(context.state, device.device, interface))
            learn(context, device.device,
                  can_type(interface) ? InputKind::keyboard : InputKind::other);
    }
}

}  // namespace

bool can_type(const UsbInterface& interface) {
    return interface.keyboard || interface.types;
}

bool may_type(const UsbInterface& interface) {
    return can_type(interface) || (is_input(interface) && !interface.driven);
}

bool has_keyboard(const UsbDevice& device) {
    return std::any_of(device.interfaces.begin(), device.interfaces.end(),
                       [](const UsbInterface& interface) { return interface.keyboard; });
}

bool is_known(const State& state, const UsbDevice& device, const UsbInterface& interface) {
    const KnownInput* known = find(state.known_inputs, device);
    if (device.descriptors.empty() || known == nullptr) return false;
    return known->kind == InputKind::keyboard || !may_type(interface);
}

InterfaceDecision judge_input(const State& state, const Policy& policy,
                              const UsbDeviceState& device, const UsbInterface& interface,
                              const Surroundings& around, Instant now) {
    if (is_known(state, device.device, interface)) return pass_known(device, interface);
    const auto rule = policy.usb.new_keyboards;
    const bool types = can_type(interface);
    if (types && rule == NewKeyboardRule::block) return {InterfaceVerdict::block, new_keyboards};
    if (types && device.proof == Proof::passed) return {InterfaceVerdict::allow, new_keyboards};
    // Known as none, and what a driver makes of it now is still to be seen: a dock's mouse comes
    // back while the screen is locked.
    const bool known_as_other = !types && find(state.known_inputs, device.device) != nullptr;
    if (around.screen == ScreenState::locked && !known_as_other)
        return {InterfaceVerdict::block, new_while_locked};
    const bool suspected = is_suspected(state, device.device);
    if (rule == NewKeyboardRule::allow && around.screen == ScreenState::open && !suspected)
        return {InterfaceVerdict::allow, types ? new_keyboards : fallback};
    if (types)
        return judge_proof(proof_standing(state, device, now),
                           suspected ? new_while_locked : new_keyboards, around);
    // Quarantine is udev's, which a text console does not ask.
    return around.udev_asked ? InterfaceDecision{InterfaceVerdict::quarantine, fallback}
                             : InterfaceDecision{InterfaceVerdict::block, new_keyboards};
}

bool any_new_input(const State& state) {
    return std::any_of(state.usb.begin(), state.usb.end(), [&](const auto& entry) {
        const UsbDevice& device = entry.second.device;
        return std::any_of(device.interfaces.begin(), device.interfaces.end(),
                           [&](const UsbInterface& interface) {
                               return may_type(interface) && !is_known(state, device, interface);
                           });
    });
}

bool allows_keyboard(const UsbDeviceState& device) {
    return std::any_of(device.device.interfaces.begin(), device.device.interfaces.end(),
                       [&](const UsbInterface& interface) {
                           const auto found = device.interfaces.find(interface.number);
                           return interface.keyboard && found != device.interfaces.end() &&
                                  found->second.verdict == InterfaceVerdict::allow;
                       });
}

void rescue_only_keyboard(const State& state, const Policy& policy, const UsbDevice& device,
                          std::map<std::uint8_t, InterfaceDecision>& decisions) {
    for (const auto& interface : device.interfaces) {
        auto& decision = decisions[interface.number];
        if (is_to_be_rescued(state, device, interface, decision) &&
            !other_keyboard_allowed(state, policy, device.id))
            decision = {InterfaceVerdict::allow, only_keyboard};
    }
}

bool any_rescued_in_vain(const State& state, const Policy& policy) {
    return std::any_of(state.usb.begin(), state.usb.end(), [&](const auto& entry) {
        return is_rescued(entry.second) && other_keyboard_allowed(state, policy, entry.first);
    });
}

std::optional<InputFacts> input_facts(const State& state, const Policy& policy,
                                      const UsbDeviceState& device, Instant now) {
    const auto& interfaces = device.device.interfaces;
    if (std::none_of(interfaces.begin(), interfaces.end(), [](const UsbInterface& interface) {
            return is_input(interface) || may_type(interface);
        }))
        return std::nullopt;
    InputFacts facts;
    const KnownInput* known = find(state.known_inputs, device.device);
    if (known != nullptr && !device.device.descriptors.empty()) facts.known = known->kind;
    facts.suspected = is_suspected(state, device.device);
    facts.proof = proof_standing(state, device, now);
    facts.other_keyboard = other_keyboard_allowed(state, policy, device.device.id);
    return facts;
}

std::string_view keyboard_standing(const State& state, const UsbDeviceState& device) {
    if (!has_keyboard(device.device)) return {};
    if (is_rescued(device)) return "only";
    if (device.proof == Proof::passed) return "proved";
    const auto& interfaces = device.device.interfaces;
    const bool known =
        std::all_of(interfaces.begin(), interfaces.end(), [&](const UsbInterface& interface) {
            return !interface.keyboard || is_known(state, device.device, interface);
        });
    return known ? "known" : "new";
}

void learn_present(Context& context, const UsbDevice& device) {
    if (!context.state.learning_inputs || !device.present_at_start) return;
    const auto& interfaces = device.interfaces;
    if (std::none_of(interfaces.begin(), interfaces.end(), is_input)) return;
    const bool types = std::any_of(interfaces.begin(), interfaces.end(), may_type);
    learn(context, device, types ? InputKind::keyboard : InputKind::other);
}

void learn_allowed(Context& context, const UsbDeviceState& device) {
    learn_allowed(context, device, is_open(context));
}

void learn_all_allowed(Context& context) {
    const bool open = is_open(context);
    for (const auto& [id, device] : context.state.usb)
        if (!device.decided) learn_allowed(context, device, open);
}

void suspect_withheld(Context& context, const UsbDeviceState& device) {
    const bool withheld =
        std::any_of(device.interfaces.begin(), device.interfaces.end(), [](const auto& entry) {
            const auto& [verdict, rule, observed, audited, hardware] = entry.second;
            return verdict == InterfaceVerdict::block && rule == new_while_locked && !observed;
        });
    if (!withheld || is_suspected(context.state, device.device)) return;
    const std::int64_t day = today(context);
    add(context, {device.device.id, device.device.descriptors, InputKind::withheld, day, day});
}

std::vector<std::uint8_t> to_be_proved(const UsbDeviceState& device) {
    std::vector<std::uint8_t> list;
    for (const auto& interface : device.device.interfaces) {
        const auto found = device.interfaces.find(interface.number);
        if (can_type(interface) && found != device.interfaces.end() &&
            found->second.verdict == InterfaceVerdict::quarantine)
            list.push_back(interface.number);
    }
    return list;
}

void ask_for_proof(Context& context, UsbDeviceState& device) {
    auto interfaces = to_be_proved(device);
    if (interfaces.empty() || interfaces == device.asked) return;
    device.asked = interfaces;
    context.act(ProveKeyboard{device.device.id, std::move(interfaces)});
}

void end_proof(Context& context, UsbDeviceState& device) {
    if (device.asked.empty()) return;
    device.asked.clear();
    context.act(EndProof{device.device.id});
    notify_desktop(context, Notice::prove_keyboard_over, {});
}

void keep_shown(const UsbDevice& before, UsbDevice& device) {
    if (device.descriptors.empty() || before.descriptors != device.descriptors) return;
    for (auto& interface : device.interfaces)
        for (const auto& shown : before.interfaces)
            if (shown.number == interface.number && shown.alternates == interface.alternates) {
                interface.keyboard = interface.keyboard || shown.keyboard;
                interface.types = interface.types || shown.types;
            }
}

void on_usb_interface_driven(Context& context, const UsbInterfaceDriven& event) {
    const auto found = context.state.usb.find(event.id);
    if (found == context.state.usb.end()) return;
    auto& device = found->second;
    for (auto& interface : device.device.interfaces) {
        if (interface.number != event.interface) continue;
        const UsbInterface before = interface;
        interface.driven = true;
        interface.keyboard = interface.keyboard || event.keyboard;
        interface.types = interface.types || event.types;
        const bool news = !before.driven || interface.keyboard != before.keyboard ||
                          interface.types != before.types;
        if (!news) continue;
        correct_kind(context, device.device);
        rejudge_usb(context);
        if (!device.decided) learn_allowed(context, device);
    }
}

void on_proof_ready(Context& context, const ProofReady& event) {
    const auto found = context.state.usb.find(event.id);
    if (found == context.state.usb.end() || found->second.asked.empty()) return;
    notify_desktop(context, Notice::prove_keyboard, event.code);
}

// One that left its quarantine meanwhile has neither failed nor passed.
void on_proof_ended(Context& context, const ProofEnded& event) {
    auto& state = context.state;
    const auto found = state.usb.find(event.id);
    if (found == state.usb.end() || found->second.asked.empty()) return;
    auto& device = found->second;
    device.asked.clear();
    notify_desktop(context, Notice::prove_keyboard_over, {});
    if (event.proof == Proof::none && ++device.unheard < most_unheard)
        return ask_for_proof(context, device);
    device.proof = event.proof == Proof::passed ? Proof::passed : Proof::failed;
    if (event.proof == Proof::passed) {
        clear_port(state, device.device);
        learn(context, device.device, InputKind::keyboard);
    }
    if (event.proof == Proof::failed) state.proof_failed = context.now;
    rejudge_usb(context);
}

void on_inputs_remembered(Context& context, const InputsRemembered& event) {
    context.state.known_inputs = event.inputs;
    context.state.learning_inputs = event.first;
}

}  // namespace vaktpost::core
