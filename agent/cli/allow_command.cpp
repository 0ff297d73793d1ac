// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "agent/cli/commands.h"
#include "agent/cli/control_client.h"
#include "agent/cli/json_text.h"
#include "agent/cli/output.h"
#include "agent/cli/refusal.h"
#include "config/duration_text.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;

constexpr int allowed = 0;

}  // namespace

int run_allow(const AllowOptions& options) {
    const auto time = config::parse_duration(options.time);
    const auto seconds = time ? std::chrono::duration_cast<std::chrono::seconds>(*time).count() : 0;
    if (seconds < 1) {
        print_error(as_word(options.time) + " is no time: a whole number with a unit, as 30min");
        return wrong_usage;
    }
    const auto answer =
        ask_agent_object(options.socket, json::serialize(json::object{{"op", "allow"},
                                                                      {"device", options.device},
                                                                      {"seconds", seconds},
                                                                      {"reason", options.reason}}));
    if (!answer) return complain(answer.error());
    const json::value* ok = answer->if_contains("ok");
    if (ok == nullptr || ok->if_bool() == nullptr || !ok->get_bool())
        return complain(*answer, options.reason);
    Output out;
    out.line("Device " + as_word(options.device) + " may be used until " +
             as_word(text_in(*answer, "until")) + " (rule " + as_word(text_in(*answer, "rule")) +
             ").");
    return allowed;
}

void add_allow(CLI::App& app, int& exit_status) {
    auto options = std::make_shared<AllowOptions>();
    CLI::App* command = app.add_subcommand(
        "allow",
        "Lets a USB device that is present be used for a while, whatever the rules say; what is on "
        "a storage device is examined all the same. Takes root or the group vaktpost-operator. "
        "Exit status 0: allowed, 1: refused, 2: not running.");
    command
        ->add_option("DEVICE", options->device, "as \"vaktpost devices\" names it, such as 1-2.3")
        ->required();
    command->add_option("--for", options->time, "how long: 30min, 2h")->required();
    command->add_option("--reason", options->reason, "why: one of the policy's usb.allow_reasons")
        ->required();
    command->add_option("--socket", options->socket, "the agent's control socket")
        ->capture_default_str();
    command->callback([options, &exit_status] { exit_status = run_allow(*options); });
}

}  // namespace vaktpost::cli
