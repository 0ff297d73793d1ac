// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/replay/usb_record.h"

#include <algorithm>
#include <charconv>

#include "config/hex.h"

namespace vaktpost::replay {
namespace {

using core::InterfaceVerdict;

// Takes what stands before `end` and drops it with the character itself.
std::string_view cut(std::string_view& text, char end) {
    const auto at = text.find(end);
    const auto piece = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return piece;
}

std::optional<std::uint8_t> number_of(std::string_view text) {
    std::uint8_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool add_alternate(std::string_view text, core::UsbInterface& interface) {
    const auto base = config::parse_hex<std::uint8_t>(cut(text, ':'));
    const auto sub = config::parse_hex<std::uint8_t>(cut(text, ':'));
    const auto protocol = config::parse_hex<std::uint8_t>(text);
    if (!base || !sub || !protocol) return false;
    interface.alternates.push_back({*base, *sub, *protocol});
    return true;
}

bool add_interface(std::string_view text, InterfaceVerdict verdict, UsbRecord& usb) {
    core::UsbInterface interface;
    const auto number = number_of(cut(text, '='));
    if (!number) return false;
    interface.number = *number;
    while (!text.empty())
        if (!add_alternate(cut(text, ','), interface)) return false;
    usb.decisions[*number].verdict = verdict;
    usb.device.interfaces.push_back(std::move(interface));
    return true;
}

bool read_interfaces(const Recorded& record, UsbRecord& usb) {
    constexpr std::pair<std::string_view, InterfaceVerdict> lists[] = {
        {"allowed", InterfaceVerdict::allow},
        {"blocked", InterfaceVerdict::block},
        {"examined", InterfaceVerdict::examine},
        {"read_only", InterfaceVerdict::read_only},
        {"quarantine", InterfaceVerdict::quarantine}};
    for (const auto& [key, verdict] : lists) {
        const auto list = record.list(key);
        if (!list) continue;
        for (const std::string& each : *list)
            if (!add_interface(each, verdict, usb)) return false;
    }
    auto& interfaces = usb.device.interfaces;
    std::stable_sort(interfaces.begin(), interfaces.end(),
                     [](const auto& one, const auto& other) { return one.number < other.number; });
    return true;
}

// Calls `found` with what stands behind each "number=" of the list.
template <class Found>
void each_of(const Recorded& record, std::string_view key, const UsbRecord& usb, Found found) {
    for (const std::string& each : record.list(key).value_or(std::vector<std::string>{})) {
        std::string_view rest = each;
        const auto number = number_of(cut(rest, '='));
        if (number && usb.decisions.contains(*number)) found(*number, rest);
    }
}

void read_decisions(const Recorded& record, UsbRecord& usb) {
    each_of(record, "rules", usb, [&](std::uint8_t number, std::string_view rule) {
        usb.decisions[number].rule = {std::string(rule)};
        if (rule == "builtin.system_disk") usb.device.holds_system_disk = true;
    });
    each_of(record, "audited", usb,
            [&](std::uint8_t number, auto) { usb.decisions[number].audited = true; });
    each_of(record, "hardware", usb,
            [&](std::uint8_t number, auto) { usb.decisions[number].hardware = true; });
    usb.observed = record.outcome == "observed";
    usb.failed = record.outcome == "failed";
}

void show(core::UsbInterface& interface, std::string_view words) {
    while (!words.empty()) {
        const auto word = cut(words, ',');
        interface.keyboard = interface.keyboard || word == "keyboard";
        interface.types = interface.types || word == "types";
        interface.mtp = interface.mtp || word == "mtp";
        interface.driven = interface.driven || word == "driven";
    }
}

void read_shown(const Recorded& record, UsbRecord& usb) {
    each_of(record, "shown", usb, [&](std::uint8_t number, std::string_view words) {
        for (auto& interface : usb.device.interfaces)
            if (interface.number == number) show(interface, words);
    });
}

void read_input(const Recorded& record, UsbRecord& usb) {
    if (!record.has("other_keyboard")) return;
    core::InputFacts input;
    input.known = core::from_string<core::InputKind>(record.text("known"));
    input.suspected = record.flag("suspected");
    input.other_keyboard = record.flag("other_keyboard");
    input.proof = core::from_string<core::ProofStanding>(record.text("proof"))
                      .value_or(core::ProofStanding::open);
    usb.by.input = input;
}

bool read_circumstances(const Recorded& record, UsbRecord& usb) {
    const auto screen = core::from_string<core::ScreenTold>(record.text("screen"));
    const auto front = core::from_string<core::Front>(record.text("front"));
    if (!screen || !front) return false;
    usb.by.screen = *screen;
    usb.by.front = *front;
    constexpr std::int64_t day = core::minutes_of_day;
    if (const auto offset = record.number("utc_offset_min");
        offset && *offset > -day && *offset < day)
        usb.by.offset = std::chrono::minutes(*offset);
    read_input(record, usb);
    return true;
}

bool read_identity(const Recorded& record, core::UsbDevice& device) {
    const auto vendor = config::parse_hex<std::uint16_t>(record.text("vendor"));
    const auto product = config::parse_hex<std::uint16_t>(record.text("product"));
    device.id = {record.text("device")};
    if (!vendor || !product || device.id.empty()) return false;
    device.vendor = *vendor;
    device.product = *product;
    device.serial_tag = {record.text("serial")};
    device.descriptors = record.text("descriptors");
    device.connect_type = core::from_string<core::ConnectType>(record.text("connect_type"))
                              .value_or(core::ConnectType::unknown);
    return true;
}

// The record comes when the switches are set, which a stick that hangs can hold up for long.
core::WallTime time_of_decision(const Recorded& record) {
    constexpr std::int64_t longest = 600'000'000;
    const auto decided = record.number("decision_us").value_or(0);
    const auto done = record.number("done_us").value_or(0);
    const bool sound = decided >= 0 && decided <= done && done <= longest;
    return record.utc - std::chrono::milliseconds(sound ? (done - decided) / 1000 : 0);
}

}  // namespace

std::optional<UsbRecord> read_usb(const Recorded& record) {
    UsbRecord usb;
    if (!read_identity(record, usb.device) || !read_interfaces(record, usb) ||
        !read_circumstances(record, usb))
        return std::nullopt;
    read_decisions(record, usb);
    read_shown(record, usb);
    usb.decided = time_of_decision(record);
    return usb;
}

std::string interface_text(const core::UsbInterface& interface) {
    std::string text = std::to_string(interface.number);
    char separator = '=';
    for (const auto& each : interface.alternates) {
        text += separator + core::hex_text(each.base, 2) + ":" + core::hex_text(each.sub, 2) + ":" +
                core::hex_text(each.protocol, 2);
        separator = ',';
    }
    return text;
}

}  // namespace vaktpost::replay
