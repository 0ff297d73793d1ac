// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <memory>
#include <string>

#include "agent/cli/commands.h"
#include "agent/cli/control_client.h"
#include "agent/cli/devices.h"
#include "agent/cli/json_text.h"
#include "agent/cli/output.h"
#include "agent/cli/refusal.h"
#include "platform/base/journal.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;

constexpr int shown = 0;

constexpr std::string_view indent = "  ";
constexpr std::string_view deeper = "    ";

const json::array& list_in(const json::object& object, std::string_view key) {
    static const json::array none;
    const json::value* list = object.if_contains(json::string_view(key.data(), key.size()));
    return list != nullptr && list->is_array() ? list->get_array() : none;
}

std::string number_in(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    return value == nullptr ? std::string() : value_text(*value);
}

Colour colour_of(std::string_view verdict) {
    if (verdict == "block" || verdict == "blocked") return Colour::red;
    return verdict == "allow" || verdict == "admitted" ? Colour::green : Colour::yellow;
}

// " vendor=0bda", or nothing where there is none.
std::string word_of(const json::object& object, std::string_view key) {
    const std::string text = text_in(object, key);
    return text.empty() ? std::string() : " " + std::string(key) + "=" + as_word(text);
}

void print_lacks(const json::object& entry, std::string_view before, Output& out) {
    for (const json::value& each : list_in(entry, "lacks"))
        if (const json::string* text = each.if_string())
            out.line(std::string(before) + "it lacks: " + platform::printable(*text));
}

// The tests of each rule before the one that decided: "rule x: no, product differs".
void print_tried(const json::object& interface, Output& out) {
    for (const json::value& each : list_in(interface, "tried")) {
        if (!each.is_object()) continue;
        const auto& rule = each.get_object();
        std::string differs;
        for (const json::value& test : list_in(rule, "differs"))
            differs += (differs.empty() ? "" : ", ") + value_text(test);
        out.line(std::string(deeper) + "rule " + as_word(text_in(rule, "rule")) +
                 (differs.empty() ? ": yes" : ": no, " + differs + " differs"));
    }
}

void print_interface(const json::object& interface, Output& out) {
    const std::string verdict = text_in(interface, "verdict");
    std::string line = std::string(indent) + "interface " + number_in(interface, "interface") +
                       " " + number_in(interface, "classes") + "  " +
                       in_colour(as_word(verdict), colour_of(verdict)) + word_of(interface, "rule");
    for (const std::string_view mark : {"observed", "audited", "hardware"})
        if (interface.if_contains(json::string_view(mark.data(), mark.size())) != nullptr)
            line += " " + std::string(mark);
    out.line(line);
    print_tried(interface, out);
    print_lacks(interface, deeper, out);
}

void print_usb(const json::object& device, Output& out) {
    out.line("usb " + as_word(text_in(device, "device")) + word_of(device, "vendor") +
             word_of(device, "product") + word_of(device, "serial_tag") +
             word_of(device, "connect_type") + word_of(device, "code"));
    if (!text_in(device, "descriptors").empty())
        out.line(std::string(indent) + "descriptors " + as_word(text_in(device, "descriptors")));
    const auto& exception = object_in(device, "exception");
    if (!exception.empty()) out.line(std::string(indent) + "exception " + fields_text(exception));
    for (const json::value& each : list_in(device, "interfaces"))
        if (each.is_object()) print_interface(each.get_object(), out);
}

void print_medium(const json::object& medium, Output& out) {
    const std::string phase = text_in(medium, "phase");
    out.line("medium " + as_word(text_in(medium, "medium")) + "  " +
             in_colour(as_word(phase), colour_of(phase)) + word_of(medium, "device") +
             word_of(medium, "verdict") + word_of(medium, "rule") + word_of(medium, "code") +
             word_of(medium, "reason") + word_of(medium, "tag") + word_of(medium, "token") +
             word_of(medium, "unit") + word_of(medium, "serial") + word_of(medium, "expires"));
    for (const json::value& each : list_in(medium, "parts"))
        if (each.is_object())
            out.line(std::string(indent) + "part " + fields_text(each.get_object()));
    print_lacks(medium, indent, out);
}

}  // namespace

core::Result<json::object> ask_devices(const std::string& socket) {
    auto answer = ask_agent_object(socket, R"({"op":"devices"})");
    if (!answer) return answer.error();
    json::value* devices = answer->if_contains("devices");
    if (devices != nullptr && devices->is_object()) return std::move(devices->get_object());
    const std::string why = text_in(*answer, "error");
    if (why.empty())
        return core::Error{EPROTO, "ask the agent at " + socket, "its answer is not understood"};
    return core::Error{EPERM, "ask the agent at " + socket, platform::printable(why)};
}

int run_devices(const DevicesOptions& options) {
    const auto devices = ask_devices(options.socket);
    if (!devices) return complain(devices.error());
    Output out;
    for (const std::string_view kind : {"usb", "media"})
        for (const json::value& each : list_in(*devices, kind)) {
            if (!each.is_object()) continue;
            if (options.json)
                out.line(json::serialize(each));
            else
                kind == "usb" ? print_usb(each.get_object(), out)
                              : print_medium(each.get_object(), out);
        }
    (void)out.flush();
    return out.failed() ? refused : shown;
}

void add_devices(CLI::App& app, int& exit_status) {
    auto options = std::make_shared<DevicesOptions>();
    CLI::App* command = app.add_subcommand(
        "devices",
        "Lists every USB device and medium present with its verdict, the rule behind it, what was "
        "seen of it and what it lacks. Takes root or the group vaktpost-review or "
        "vaktpost-operator. Exit status 0: listed, 1: refused, 2: not running.");
    command->add_flag("--json", options->json, "one JSON object per line");
    command->add_option("--socket", options->socket, "the agent's control socket")
        ->capture_default_str();
    command->callback([options, &exit_status] { exit_status = run_devices(*options); });
}

}  // namespace vaktpost::cli
