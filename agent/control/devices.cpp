// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/devices.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "agent/core/surroundings.h"
#include "agent/core/usb_explain.h"
#include "platform/base/journal.h"

namespace vaktpost::control {
namespace {

namespace json = boost::json;
using platform::printable;

constexpr std::size_t most_tried = 20;   // rules told of each interface
constexpr std::size_t most_parts = 128;  // of a medium

json::array texts(const std::vector<std::string>& list) {
    json::array result;
    for (const auto& text : list) result.emplace_back(printable(text));
    return result;
}

std::string class_text(const core::UsbClass& each) {
    return core::hex_text(each.base, 2) + ":" + core::hex_text(each.sub, 2) + ":" +
           core::hex_text(each.protocol, 2);
}

json::array classes(const core::UsbInterface& interface) {
    json::array list;
    for (const auto& alternate : interface.alternates) list.emplace_back(class_text(alternate));
    return list;
}

struct Asked {
    const core::State& state;
    const core::Policy& policy;
    core::Surroundings around;
};

json::array tried(const Asked& asked, const core::UsbDevice& device,
                  const core::UsbInterface& interface) {
    json::array list;
    for (const auto& each :
         core::try_rules(asked.policy, device, interface, asked.around, most_tried).rules) {
        json::array failed;
        for (const auto test : each.failed) failed.emplace_back(core::to_string(test));
        list.push_back({{"rule", each.rule.value}, {"differs", std::move(failed)}});
    }
    return list;
}

// A rule's tests are of use only where rules were asked at all.
bool rules_decided(const core::RuleId& rule) {
    return !rule.value.starts_with("builtin.") || rule.value == "builtin.storage" ||
           rule.value == "builtin.only_keyboard" || rule.value == "builtin.new_while_locked" ||
           rule.value == "builtin.not_proved";
}

json::object interface_entry(const Asked& asked, const core::UsbDeviceState& device,
                             const core::UsbInterface& interface) {
    json::object entry{{"interface", interface.number},
                       {"classes", classes(interface)},
                       {"keyboard", interface.keyboard}};
    const auto found = device.interfaces.find(interface.number);
    if (found == device.interfaces.end()) {
        entry["verdict"] = "waits";
        return entry;
    }
    const auto& decision = found->second;
    entry["verdict"] = core::to_string(decision.verdict);
    entry["rule"] = printable(decision.rule.value);
    if (decision.observed) entry["observed"] = true;
    if (decision.audited) entry["audited"] = true;
    if (decision.hardware) entry["hardware"] = true;
    if (rules_decided(decision.rule)) entry["tried"] = tried(asked, device.device, interface);
    if (const auto lacks =
            core::what_it_lacks(asked.policy, device.device, interface, decision, asked.around);
        !lacks.empty())
        entry["lacks"] = texts(lacks);
    return entry;
}

json::object usb_entry(const Asked& asked, const core::DeviceId& id,
                       const core::UsbDeviceState& state) {
    const auto& device = state.device;
    json::object entry{{"device", printable(id.value)},
                       {"vendor", core::hex_text(device.vendor, 4)},
                       {"product", core::hex_text(device.product, 4)},
                       {"serial_tag", device.serial_tag.value},
                       {"descriptors", device.descriptors},
                       {"connect_type", core::to_string(device.connect_type)}};
    if (device.holds_system_disk) entry["system_disk"] = true;
    if (state.record) entry["code"] = core::short_code(*state.record);
    json::array interfaces;
    for (const auto& interface : device.interfaces)
        interfaces.push_back(interface_entry(asked, state, interface));
    entry["interfaces"] = std::move(interfaces);
    if (const auto* exception = exception_of(asked.state, id)) {
        entry["exception"] = {{"rule", printable(exception->id.value)},
                              {"reason", printable(exception->reason)},
                              {"until", core::utc_text(exception->until)}};
    }
    return entry;
}

json::object medium_entry(const core::MediumId& id, const core::MediumState& state) {
    json::object entry{{"medium", printable(id.value)},
                       {"size", state.medium.size},
                       {"phase", core::to_string(state.phase)}};
    if (state.medium.device) entry["device"] = printable(state.medium.device->value);
    if (state.medium.interface) entry["interface"] = *state.medium.interface;
    if (state.medium.system) entry["system_disk"] = true;
    if (!state.rule.empty()) entry["rule"] = printable(state.rule.value);
    if (state.record) entry["code"] = core::short_code(*state.record);
    if (state.phase == core::MediumPhase::examining || state.medium.system) return entry;
    entry["verdict"] = core::to_string(state.examination.verdict);
    entry["reason"] = printable(state.examination.reason);
    if (!state.examination.identity.empty()) entry["tag"] = state.examination.identity.value;
    const auto& token = state.examination.token;
    if (token.state != core::TokenState::none) entry["token"] = core::to_string(token.state);
    if (token.state == core::TokenState::valid) {
        entry["unit"] = printable(token.unit);
        entry["serial"] = printable(token.serial);
        entry["expires"] = core::utc_text(token.expires);
    }
    json::array parts;
    for (const auto& part : state.examination.parts) {
        if (parts.size() == most_parts) break;
        parts.push_back({{"offset", part.offset},
                         {"size", part.size},
                         {"type", printable(part.type)},
                         {"verdict", core::to_string(part.verdict)},
                         {"evidence", printable(part.evidence)}});
    }
    entry["parts"] = std::move(parts);
    if (const auto lacks = core::what_it_lacks(state); !lacks.empty())
        entry["lacks"] = texts(lacks);
    return entry;
}

}  // namespace

std::string devices_text(const core::State& state, const core::Policy& policy, core::Instant now) {
    const Asked asked{state, policy, core::surroundings(state, now)};
    json::array usb;
    for (const auto& [id, device] : state.usb) usb.push_back(usb_entry(asked, id, device));
    json::array media;
    for (const auto* present : {&state.media, &state.withdrawn_media})
        for (const auto& [id, medium] : *present) media.push_back(medium_entry(id, medium));
    return json::serialize(json::object{{"screen", core::to_string(asked.around.screen)},
                                        {"usb", std::move(usb)},
                                        {"media", std::move(media)}});
}

std::string no_exception_for(const core::State& state, const core::DeviceId& device) {
    const auto found = state.usb.find(device);
    if (found == state.usb.end()) return "no such device";
    for (const auto& [number, decision] : found->second.interfaces)
        if (decision.rule == core::RuleId{"builtin.medium"})
            return "what is on it decides, and that is not allowed: see vaktpost devices";
    return {};
}

const core::UsbException* exception_of(const core::State& state, const core::DeviceId& device) {
    const auto found = state.usb.find(device);
    if (found == state.usb.end()) return nullptr;
    const auto named =
        std::find_if(state.exceptions.begin(), state.exceptions.end(),
                     [&](const auto& each) { return each.names(found->second.device); });
    return named == state.exceptions.end() ? nullptr : &*named;
}

}  // namespace vaktpost::control
