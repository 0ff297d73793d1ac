// SPDX-License-Identifier: GPL-3.0-or-later
// Keystroke injectors: which USB devices type, or may; which of them are known; what becomes of a
// new one that no rule names.
#pragma once

#include <map>
#include <string_view>

#include "agent/core/context.h"
#include "agent/core/usb_match.h"

namespace vaktpost::core {

void on_usb_interface_driven(Context& context, const UsbInterfaceDriven& event);
void on_proof_ready(Context& context, const ProofReady& event);
void on_proof_ended(Context& context, const ProofEnded& event);
void on_inputs_remembered(Context& context, const InputsRemembered& event);

// What is written on the outside of a HID interface says nothing of the keys behind it. So each of
// them may type until a driver has shown what it is.
bool may_type(const UsbInterface& interface);

bool has_keyboard(const UsbDevice& device);

// At that port with the same descriptors, and as what it is now.
bool is_known(const State& state, const UsbDevice& device, const UsbInterface& interface);

// Of an interface that may type and that neither a rule nor usb.default refuses.
InterfaceDecision judge_input(const State& state, const Policy& policy,
                              const UsbDeviceState& device, const UsbInterface& interface,
                              const Surroundings& around, Instant now);

// Some device present may type and is not known: whether the screen is locked matters.
bool any_new_input(const State& state);

// It was withheld because the screen was locked.
bool is_withheld(const InterfaceDecision& decision);

// A keyboard of that device works.
bool allows_keyboard(const UsbDeviceState& device);

// Nobody is ever locked out of the only keyboard, whatever the rules say.
void rescue_only_keyboard(const State& state, const UsbDevice& device,
                          std::map<std::uint8_t, InterfaceDecision>& decisions);

// Another device than this one works for the sake of the rescue alone.
bool any_rescued_beside(const State& state, const DeviceId& id);

// The interfaces on which a code is to be typed now.
std::vector<std::uint8_t> to_be_proved(const UsbDeviceState& device);

// known, new, proved or only; empty where it does not type.
std::string_view keyboard_standing(const State& state, const UsbDeviceState& device);

// At the first start there is no list yet: what is present is what people work with.
void learn_present(Context& context, const UsbDevice& device);

// What was let in at an open screen is known from now on.
void learn_allowed(Context& context, const UsbDeviceState& device);

// What a driver has shown of a device stays true when it is reported anew: withdrawn as a whole and
// released again it has its interfaces made anew, and no driver yet.
void keep_shown(const UsbDevice& before, UsbDevice& device);

}  // namespace vaktpost::core
