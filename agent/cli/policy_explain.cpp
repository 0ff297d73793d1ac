// SPDX-License-Identifier: GPL-3.0-or-later
// Holds a device against a policy by core's own rules, in a state of nothing but that device and
// somebody in front.
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cerrno>
#include <memory>
#include <optional>
#include <vector>

#include "agent/cli/commands.h"
#include "agent/cli/described_device.h"
#include "agent/cli/devices.h"
#include "agent/cli/json_text.h"
#include "agent/cli/output.h"
#include "agent/cli/own_tags.h"
#include "agent/cli/policy_reading.h"
#include "agent/core/decide.h"
#include "agent/core/surroundings.h"
#include "agent/core/usb_explain.h"
#include "config/load.h"
#include "platform/base/clock.h"
#include "platform/base/wall_clock.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;

enum Exit : int { explained = 0, failed = 1, not_running = 2 };

constexpr std::size_t most_tried = 50;

std::string policy_file(const PolicyExplainOptions& options) {
    const config::PolicyPaths paths;
    if (!options.file.empty()) return options.file;
    return ::access(paths.local.c_str(), F_OK) == 0 ? paths.local : paths.standard;
}

// A described device has its serial number where a present one has the tag, which only the key of
// this machine makes: root can read that.
void make_tags(core::Policy& policy, bool described) {
    if (described) {
        policy.usb_rules.name_serials(
            [](auto, auto, const std::string& serial) { return core::Tag{serial}; });
        return;
    }
    if (const auto pseudonym = own_pseudonym()) name_serials(policy, *pseudonym);
}

// A seat with somebody in front, and a keyboard that no rule is asked about: what a rule says of
// this device is to be seen, not that it would be the last one.
core::State stage(const core::Policy& policy, const PolicyExplainOptions& options,
                  core::Instant now) {
    core::State state;
    const auto play = [&](const core::Event& event) { decide(state, policy, event, now); };
    const auto wall = platform::wall_now();
    play(core::TimeTold{wall.utc, wall.offset});
    play(core::SourceBack{core::Source::sessions, std::nullopt});
    core::SessionInfo info;
    info.id = {"1"};
    info.user = options.user;
    info.groups = options.groups;
    info.seat = {"seat0"};
    info.session_class = core::SessionClass::graphical;
    info.active = true;
    play(core::SessionOpened{info});
    if (options.screen == "locked")
        play(core::SessionLocked{info.id, core::Witness::confined_locker});
    core::UsbDevice keyboard;
    keyboard.id = {"a keyboard that stays"};
    keyboard.holds_system_disk = true;
    keyboard.interfaces = {{0, {{core::usb_class::hid, 1, 1}}, true}};
    play(core::UsbDeviceArrived{keyboard});
    return state;
}

std::string tests_text(const std::vector<core::RuleTest>& failed) {
    if (failed.empty()) return "yes";
    std::string text = "no, ";
    for (const auto test : failed)
        text += (test == failed.front() ? "" : ", ") + std::string(core::to_string(test));
    return text + (failed.size() == 1 ? " differs" : " differ");
}

std::string classes_text(const core::UsbInterface& interface) {
    std::string text;
    for (const auto& each : interface.alternates)
        text += (text.empty() ? "" : ",") + core::hex_text(each.base, 2) + ":" +
                core::hex_text(each.sub, 2) + ":" + core::hex_text(each.protocol, 2);
    return text;
}

void explain(const core::Policy& policy, core::State state, const core::UsbDevice& device,
             core::Instant now, Output& out) {
    decide(state, policy, core::UsbDeviceArrived{device}, now);
    const auto around = core::surroundings(state, now);
    const auto& judged = state.usb.at(device.id).interfaces;
    out.line("device " + (device.id.empty() ? "described" : as_word(device.id.value)) + " vendor=" +
             core::hex_text(device.vendor, 4) + " product=" + core::hex_text(device.product, 4));
    for (const auto& interface : device.interfaces) {
        const auto& decision = judged.at(interface.number);
        out.line("  interface " + std::to_string(interface.number) + " " + classes_text(interface) +
                 "  " + std::string(core::to_string(decision.verdict)) +
                 " rule=" + as_word(decision.rule.value));
        if (decision.rule.value.starts_with("builtin.") &&
            decision.rule != core::RuleId{"builtin.storage"})
            continue;  // no rule is asked
        const auto tried = core::try_rules(policy, device, interface, around, most_tried);
        if (tried.left_out != 0)
            out.line("    " + std::to_string(tried.left_out) + " rules before do not meet it");
        for (const auto& rule : tried.rules)
            out.line("    rule " + as_word(rule.rule.value) + ": " + tests_text(rule.failed));
    }
}

struct Devices {
    std::vector<core::UsbDevice> list;
    int exit = explained;
};

Devices present_devices(const PolicyExplainOptions& options) {
    const auto told = ask_devices(options.socket);
    if (!told) {
        print_error(told.error().text());
        return {{}, told.error().code == EPERM ? failed : not_running};
    }
    Devices devices;
    const json::value* usb = told->if_contains("usb");
    if (usb == nullptr || !usb->is_array()) return {{}, failed};
    for (const json::value& each : usb->get_array()) {
        const auto device = each.is_object() ? device_of(each.get_object()) : std::nullopt;
        if (device && (options.device.empty() || device->id.value == options.device))
            devices.list.push_back(*device);
    }
    if (devices.list.empty() && !options.device.empty()) {
        print_error("no device " + as_word(options.device) + " is present");
        devices.exit = failed;
    }
    return devices;
}

}  // namespace

int run_policy_explain(const PolicyExplainOptions& options) {
    const bool described = options.device.find('=') != std::string::npos;
    Devices devices;
    if (described) {
        const auto device = parse_device(options.device);
        if (!device) {
            print_error("no device is so described: vendor=0a5f product=00d3 interface=03:01:01");
            return wrong_usage;
        }
        devices.list.push_back(*device);
    }
    auto policy = read_policy(policy_file(options));
    if (!policy) return failed;
    if (!described) devices = present_devices(options);
    if (devices.exit != explained) return devices.exit;
    make_tags(*policy, described);
    const auto now = platform::now();
    const auto state = stage(*policy, options, now);
    Output out;
    for (const auto& device : devices.list) explain(*policy, state, device, now, out);
    (void)out.flush();
    return out.failed() ? failed : explained;
}

void add_policy_explain(CLI::App& policy, int& exit_status) {
    auto options = std::make_shared<PolicyExplainOptions>();
    CLI::App* command = policy.add_subcommand(
        "explain",
        "Says which rule a USB device meets, and for each rule before it why not. Exit status 0: "
        "explained, 1: the policy is not valid or the device is not there, 2: not running.");
    command->add_option("FILE", options->file,
                        "the policy; left out: the one in /etc or /usr/share");
    command->add_option(
        "--device", options->device,
        "a device present, as \"vaktpost devices\" names it, or one described: \"vendor=0a5f "
        "product=00d3 serial=AB12 port=1-2 connect_type=hotplug descriptors=SHA256 "
        "interface=03:01:01 interface=08:06:50,08:06:62\"; left out: every device present");
    command->add_option("--user", options->user, "the account in front");
    command->add_option("--group", options->groups, "a group of that account; may be repeated");
    command->add_option("--screen", options->screen, "open or locked")
        ->check(CLI::IsMember({"open", "locked"}))
        ->capture_default_str();
    command->add_option("--socket", options->socket, "the agent's control socket")
        ->capture_default_str();
    command->callback([options, &exit_status] { exit_status = run_policy_explain(*options); });
}

}  // namespace vaktpost::cli
