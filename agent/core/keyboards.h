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

// A driver has shown a letter or a digit of it, or it says that it is a keyboard.
bool can_type(const UsbInterface& interface);

// What is written on the outside of a HID interface says nothing of the keys behind it. So each of
// them may type until a driver has shown what it is.
bool may_type(const UsbInterface& interface);

bool has_keyboard(const UsbDevice& device);

// At that port with the same descriptors, and as what it is now.
bool is_known(const State& state, const UsbDevice& device, const UsbInterface& interface);

// Of an interface that may type and that is let in by what it is, not by a rule that names it.
// What waited through a locked screen was plugged in by somebody who was not let in, and whoever
// can do that can also have it come back by itself: at that port everything new is asked for a code
// from then on, until one has been typed there.
InterfaceDecision judge_input(const State& state, const Policy& policy,
                              const UsbDeviceState& device, const UsbInterface& interface,
                              const Surroundings& around, Instant now);

// Some device present may type and is not known: whether the screen is locked matters.
bool any_new_input(const State& state);

// A keyboard of that device works.
bool allows_keyboard(const UsbDeviceState& device);

// Nobody is ever locked out of the only keyboard, whatever the rules say.
void rescue_only_keyboard(const State& state, const Policy& policy, const UsbDevice& device,
                          std::map<std::uint8_t, InterfaceDecision>& decisions);

// A device works for the sake of the rescue alone, and another keyboard works.
bool any_rescued_in_vain(const State& state, const Policy& policy);

// The interfaces on which a code is to be typed now.
std::vector<std::uint8_t> to_be_proved(const UsbDeviceState& device);

// Has them asked for, where they are not already: whoever is typing goes on.
void ask_for_proof(Context& context, UsbDeviceState& device);

// Nobody waits for a code of that device any more, and none is shown.
void end_proof(Context& context, UsbDeviceState& device);

// Nothing: the device is no input device.
std::optional<InputFacts> input_facts(const State& state, const Policy& policy,
                                      const UsbDeviceState& device, Instant now);

// known, new, proved or only; empty where it does not type.
std::string_view keyboard_standing(const State& state, const UsbDeviceState& device);

// At the first start there is no list yet: what is present is what people work with.
void learn_present(Context& context, const UsbDevice& device);

// What was let in at an open screen is known from now on.
void learn_allowed(Context& context, const UsbDeviceState& device);
void learn_all_allowed(Context& context);

// What was withheld because the screen was locked makes its port a suspected one.
void suspect_withheld(Context& context, const UsbDeviceState& device);

// What a driver has shown of a device stays true when it is reported anew: withdrawn as a whole and
// released again it has its interfaces made anew, and no driver yet.
void keep_shown(const UsbDevice& before, UsbDevice& device);

}  // namespace vaktpost::core
