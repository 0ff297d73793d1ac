// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "agent/cli/commands.h"
#include "agent/cli/control_client.h"
#include "agent/cli/json_text.h"
#include "agent/cli/output.h"
#include "config/duration_text.h"
#include "platform/base/journal.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;

enum Exit : int { allowed = 0, refused = 1, not_running = 2 };

int complain(const core::Error& error) {
    print_error(no_agent(error) ? "the agent is not running: " + error.detail : error.text());
    return no_agent(error) ? not_running : refused;
}

// The agent names the reasons there are where the one asked for is none of them.
int complain(const json::object& answer, const std::string& reason) {
    const json::value* reasons = answer.if_contains("reasons");
    if (reasons == nullptr || !reasons->is_array()) {
        const std::string why = text_in(answer, "error");
        print_error("refused: " + (why.empty() ? "no reason given" : platform::printable(why)));
        return refused;
    }
    std::string known;
    for (const json::value& each : reasons->get_array())
        known += (known.empty() ? "" : ", ") + value_text(each);
    print_error(as_word(reason) + " is no reason; the policy knows " +
                (known.empty() ? "none" : known));
    return wrong_usage;
}

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
