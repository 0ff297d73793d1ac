// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/usb_circumstances.h"

#include "agent/core/keyboards.h"

namespace vaktpost::core {
namespace {

ScreenTold screen_of(const Surroundings& around) {
    if (!around.known) return ScreenTold::untold;
    if (around.lost) return ScreenTold::lost;
    if (!around.occupied) return ScreenTold::nobody;
    return around.screen == ScreenState::open ? ScreenTold::open : ScreenTold::locked;
}

Front front_of(const Surroundings& around) {
    if (around.desktop) return Front::desktop;
    if (around.occupied) return Front::console;
    return around.udev_asked && !around.lost ? Front::login : Front::none;
}

// "0=keyboard,types,driven"; empty where nothing is to be said.
std::string shown_of(const UsbInterface& interface) {
    std::string text;
    const auto add = [&](bool holds, std::string_view word) {
        if (holds) (text += text.empty() ? "" : ",") += word;
    };
    add(interface.keyboard, "keyboard");
    add(interface.types, "types");
    add(interface.mtp, "mtp");
    add(interface.driven, "driven");
    return text.empty() ? text : std::to_string(interface.number) + "=" + text;
}

std::vector<std::string> all_shown(const UsbDevice& device) {
    std::vector<std::string> list;
    for (const auto& interface : device.interfaces)
        if (auto text = shown_of(interface); !text.empty()) list.push_back(std::move(text));
    return list;
}

void describe_input(const InputFacts& input, std::vector<Field>& data) {
    if (input.known) data.push_back({"known", std::string(to_string(*input.known))});
    if (input.suspected) data.push_back({"suspected", true});
    data.push_back({"other_keyboard", input.other_keyboard});
    if (input.proof != ProofStanding::open)
        data.push_back({"proof", std::string(to_string(input.proof))});
}

}  // namespace

UsbCircumstances circumstances(const State& state, const Policy& policy,
                               const UsbDeviceState& device, const Surroundings& around,
                               Instant now) {
    UsbCircumstances by;
    by.screen = screen_of(around);
    by.front = front_of(around);
    if (state.wall)
        by.offset = std::chrono::duration_cast<std::chrono::minutes>(state.wall->offset);
    by.input = input_facts(state, policy, device, now);
    return by;
}

void describe_inputs(const UsbDevice& device, const UsbCircumstances& by,
                     std::vector<Field>& data) {
    if (!device.descriptors.empty()) data.push_back({"descriptors", device.descriptors});
    if (device.connect_type != ConnectType::unknown)
        data.push_back({"connect_type", std::string(to_string(device.connect_type))});
    if (auto shown = all_shown(device); !shown.empty()) data.push_back({"shown", std::move(shown)});
    data.push_back({"screen", std::string(to_string(by.screen))});
    data.push_back({"front", std::string(to_string(by.front))});
    if (by.offset) data.push_back({"utc_offset_min", std::int64_t{by.offset->count()}});
    if (by.input) describe_input(*by.input, data);
}

}  // namespace vaktpost::core
