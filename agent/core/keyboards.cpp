// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/keyboards.h"

#include <algorithm>

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

std::int64_t today(const Context& context) {
    const auto& wall = context.state.wall;
    return wall ? std::chrono::floor<std::chrono::days>(wall->utc_at(context.now)).count() : 0;
}

KnownInput* find(KnownInputs& inputs, const UsbDevice& device) {
    const auto found = std::find_if(inputs.begin(), inputs.end(), [&](const KnownInput& each) {
        return each.port == device.id && each.descriptors == device.descriptors;
    });
    return found == inputs.end() ? nullptr : &*found;
}

void make_room(KnownInputs& inputs) {
    if (inputs.size() < most_known_inputs) return;
    inputs.erase(std::min_element(
        inputs.begin(), inputs.end(),
        [](const KnownInput& one, const KnownInput& other) { return one.last < other.last; }));
}

void learn(Context& context, const UsbDevice& device, bool types) {
    if (device.descriptors.empty()) return;  // then nothing tells it from another
    auto& inputs = context.state.known_inputs;
    const std::int64_t day = today(context);
    KnownInput* known = find(inputs, device);
    if (known == nullptr) {
        make_room(inputs);
        inputs.push_back({device.id, device.descriptors, types, day, day});
        return;
    }
    known->types = known->types || types;
    known->last = std::max(known->last, day);
}

bool other_keyboard_allowed(const State& state, const DeviceId& except) {
    const auto seat = state.seats.find({"seat0"});
    if (seat != state.seats.end() && seat->second.built_in_keyboard) return true;
    return std::any_of(state.usb.begin(), state.usb.end(), [&](const auto& entry) {
        return entry.first != except && allows_keyboard(entry.second);
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

// One at a time, where somebody can be shown the code.
InterfaceDecision judge_proof(const State& state, const UsbDeviceState& device, const RuleId& rule,
                              const Surroundings& around, Instant now) {
    const bool paused = state.proof_failed && now - *state.proof_failed < proof_pause;
    const bool asked = !to_be_proved(device).empty();
    if (device.proof == Proof::failed || (paused && !asked))
        return {InterfaceVerdict::block, not_proved};
    if (!around.desktop || any_asked(state, device.device.id))
        return {InterfaceVerdict::block, rule};
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

}  // namespace

bool may_type(const UsbInterface& interface) {
    return interface.keyboard || (is_input(interface) && !interface.driven);
}

bool has_keyboard(const UsbDevice& device) {
    return std::any_of(device.interfaces.begin(), device.interfaces.end(),
                       [](const UsbInterface& interface) { return interface.keyboard; });
}

bool is_known(const State& state, const UsbDevice& device, const UsbInterface& interface) {
    return !device.descriptors.empty() &&
           std::any_of(
               state.known_inputs.begin(), state.known_inputs.end(), [&](const KnownInput& each) {
                   return each.port == device.id && each.descriptors == device.descriptors &&
                          (each.types || !interface.keyboard);
               });
}

// What waited through a locked screen was plugged in by somebody who was not let in: it does not
// wake up when the screen is opened for somebody else, but is asked for a code.
InterfaceDecision judge_input(const State& state, const Policy& policy,
                              const UsbDeviceState& device, const UsbInterface& interface,
                              const Surroundings& around, Instant now) {
    if (is_known(state, device.device, interface)) return {InterfaceVerdict::allow, fallback};
    const auto rule = policy.usb.new_keyboards;
    if (interface.keyboard && rule == NewKeyboardRule::block)
        return {InterfaceVerdict::block, new_keyboards};
    if (interface.keyboard && device.proof == Proof::passed)
        return {InterfaceVerdict::allow, new_keyboards};
    if (around.screen == ScreenState::locked) return {InterfaceVerdict::block, new_while_locked};
    const bool open_to_all = rule == NewKeyboardRule::allow && !device.came_locked;
    if (open_to_all)
        return {InterfaceVerdict::allow, interface.keyboard ? new_keyboards : fallback};
    // Quarantine is udev's, which a text console does not ask.
    if (!interface.keyboard)
        return around.desktop ? InterfaceDecision{InterfaceVerdict::quarantine, fallback}
                              : InterfaceDecision{InterfaceVerdict::block, new_keyboards};
    return judge_proof(state, device, device.came_locked ? new_while_locked : new_keyboards, around,
                       now);
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

bool is_withheld(const InterfaceDecision& decision) {
    return decision.verdict == InterfaceVerdict::block && decision.rule == new_while_locked;
}

bool allows_keyboard(const UsbDeviceState& device) {
    return std::any_of(device.device.interfaces.begin(), device.device.interfaces.end(),
                       [&](const UsbInterface& interface) {
                           const auto found = device.interfaces.find(interface.number);
                           return interface.keyboard && found != device.interfaces.end() &&
                                  found->second.verdict == InterfaceVerdict::allow;
                       });
}

// Also of what may turn out to be one, where nothing but its newness speaks against it.
void rescue_only_keyboard(const State& state, const UsbDevice& device,
                          std::map<std::uint8_t, InterfaceDecision>& decisions) {
    for (const auto& interface : device.interfaces) {
        auto& decision = decisions[interface.number];
        const bool blocked = decision.verdict == InterfaceVerdict::block;
        const bool quarantined = decision.verdict == InterfaceVerdict::quarantine;
        const bool for_newness =
            decision.rule == new_while_locked || decision.rule == new_keyboards;
        const bool matters = interface.keyboard ? blocked || quarantined : blocked && for_newness;
        if (!matters) continue;
        if (!other_keyboard_allowed(state, device.id))
            decision = {InterfaceVerdict::allow, only_keyboard};
    }
}

bool any_rescued_beside(const State& state, const DeviceId& id) {
    return std::any_of(state.usb.begin(), state.usb.end(), [&](const auto& entry) {
        return entry.first != id && is_rescued(entry.second);
    });
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
    if (std::any_of(device.interfaces.begin(), device.interfaces.end(), may_type))
        learn(context, device, true);
}

void learn_allowed(Context& context, const UsbDeviceState& device) {
    const bool open = surroundings(context.state, context.now).screen == ScreenState::open;
    for (const auto& interface : device.device.interfaces) {
        const auto found = device.interfaces.find(interface.number);
        if (found == device.interfaces.end() || !is_input(interface)) continue;
        const auto& [verdict, rule, observed, audited, hardware] = found->second;
        if (verdict != InterfaceVerdict::allow || (rule != fallback && rule != new_keyboards))
            continue;  // a rule lets it in by itself, and an exception ends
        if (open || is_known(context.state, device.device, interface))
            learn(context, device.device, interface.keyboard);
    }
}

std::vector<std::uint8_t> to_be_proved(const UsbDeviceState& device) {
    std::vector<std::uint8_t> list;
    for (const auto& interface : device.device.interfaces) {
        const auto found = device.interfaces.find(interface.number);
        if (interface.keyboard && found != device.interfaces.end() &&
            found->second.verdict == InterfaceVerdict::quarantine)
            list.push_back(interface.number);
    }
    return list;
}

void keep_shown(const UsbDevice& before, UsbDevice& device) {
    if (device.descriptors.empty() || before.descriptors != device.descriptors) return;
    for (auto& interface : device.interfaces)
        for (const auto& shown : before.interfaces)
            if (shown.number == interface.number && shown.alternates == interface.alternates)
                interface.keyboard = interface.keyboard || shown.keyboard;
}

void on_usb_interface_driven(Context& context, const UsbInterfaceDriven& event) {
    const auto found = context.state.usb.find(event.id);
    if (found == context.state.usb.end()) return;
    for (auto& interface : found->second.device.interfaces) {
        if (interface.number != event.interface) continue;
        const bool news = !interface.driven || (event.keyboard && !interface.keyboard);
        interface.driven = true;
        interface.keyboard = interface.keyboard || event.keyboard;
        if (news) rejudge_usb(context);
    }
}

void on_proof_ready(Context& context, const ProofReady& event) {
    const auto found = context.state.usb.find(event.id);
    if (found == context.state.usb.end() || to_be_proved(found->second).empty()) return;
    notify_desktop(context, Notice::prove_keyboard, event.code);
}

// One that was withdrawn meanwhile, because the screen locked, has neither failed nor passed.
void on_proof_ended(Context& context, const ProofEnded& event) {
    auto& state = context.state;
    const auto found = state.usb.find(event.id);
    notify_desktop(context, Notice::prove_keyboard_over, {});
    if (found == state.usb.end() || to_be_proved(found->second).empty()) return;
    auto& device = found->second;
    device.proof = event.proved ? Proof::passed : Proof::failed;
    if (event.proved)
        learn(context, device.device, true);
    else
        state.proof_failed = context.now;
    rejudge_usb(context);
}

void on_inputs_remembered(Context& context, const InputsRemembered& event) {
    context.state.known_inputs = event.inputs;
    context.state.learning_inputs = event.first;
}

}  // namespace vaktpost::core
