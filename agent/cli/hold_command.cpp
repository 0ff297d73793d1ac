// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <ctime>
#include <memory>
#include <string>

#include "agent/cli/commands.h"
#include "agent/cli/control_client.h"
#include "agent/cli/json_text.h"
#include "agent/cli/output.h"
#include "agent/cli/refusal.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;

constexpr int held = 0;

std::string request_line(const HoldOptions& options) {
    json::object request{{"op", "hold"}, {"reason", options.reason}};
    if (!options.session.empty()) request["session"] = options.session;
    return json::serialize(request);
}

// The clock on the wall of whoever reads it.
std::string time_in(std::int64_t seconds) {
    const std::time_t at = std::time(nullptr) + seconds;
    std::tm parts{};
    std::array<char, 16> text{};
    if (::localtime_r(&at, &parts) == nullptr ||
        std::strftime(text.data(), text.size(), "%H:%M", &parts) == 0)
        return "in " + std::to_string(seconds) + " s";
    return text.data();
}

}  // namespace

int run_hold(const HoldOptions& options) {
    const auto answer = ask_agent_object(options.socket, request_line(options));
    if (!answer) return complain(answer.error());
    const json::value* ok = answer->if_contains("ok");
    if (ok == nullptr || ok->if_bool() == nullptr || !ok->get_bool())
        return complain(*answer, options.reason);
    const json::value* seconds = answer->if_contains("seconds");
    const std::int64_t left = seconds != nullptr && seconds->is_int64() ? seconds->get_int64() : 0;
    Output out;
    out.line("The screen of session " + as_word(text_in(*answer, "session")) +
             " stays open until " + time_in(left) + ".");
    return held;
}

void add_hold(CLI::App& app, int& exit_status) {
    auto options = std::make_shared<HoldOptions>();
    CLI::App* command = app.add_subcommand(
        "hold",
        "Keeps the screen from locking for idleness for a while. Exit status 0: held, 1: refused, "
        "2: not running.");
    command->add_option("REASON-CODE", options->reason, "why: one of the policy's reasons")
        ->required();
    command->add_option("--session", options->session,
                        "another session of yours than the one in front; root: any");
    command->add_option("--socket", options->socket, "the agent's control socket")
        ->capture_default_str();
    command->callback([options, &exit_status] { exit_status = run_hold(*options); });
}

}  // namespace vaktpost::cli
