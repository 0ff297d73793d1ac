// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <string>

#include "agent/cli/commands.h"
#include "agent/cli/control_client.h"
#include "agent/cli/json_text.h"
#include "agent/cli/output.h"
#include "agent/core/result.h"
#include "platform/base/journal.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;

enum Exit : int { armed = 0, degraded = 1, not_running = 2 };

core::Result<json::object> ask_status(const std::string& socket) {
    auto answer = ask_agent_object(socket, R"({"op":"status"})");
    if (!answer) return answer.error();
    json::value* status = answer->if_contains("status");
    if (status == nullptr || !status->is_object())
        return core::Error{EPROTO, "ask the agent at " + socket, "its answer is not understood"};
    return std::move(status->get_object());
}

int complain(const core::Error& error, bool as_json, Output& out) {
    if (!no_agent(error)) {
        print_error(error.text());
        return degraded;
    }
    if (as_json) out.line(R"({"state":"not_running"})");
    print_error("the agent is not running: " + error.detail);
    return not_running;
}

// Sentences of the agent's, about the machine.
void print_warnings(const json::object& status, Output& out) {
    const json::value* list = status.if_contains("warnings");
    if (list == nullptr || !list->is_array()) return;
    for (const json::value& entry : list->get_array())
        if (const json::string* text = entry.if_string())
            out.line(in_colour("warning", Colour::yellow) + "  " + platform::printable(*text));
}

void print_members(std::string_view title, const json::object& status, Output& out) {
    const json::value* list = status.if_contains(json::string_view(title.data(), title.size()));
    if (list == nullptr || !list->is_array()) return;
    for (const json::value& entry : list->get_array())
        out.line(std::string(title) + "  " +
                 (entry.is_object() ? fields_text(entry.get_object()) : value_text(entry)));
}

void print_for_people(const json::object& status, Output& out) {
    const std::string state = text_in(status, "state");
    out.line(in_colour(as_word(state), state == "armed" ? Colour::green : Colour::red));
    for (const std::string_view list : {"lost", "starting"}) print_members(list, status, out);
    print_warnings(status, out);
    out.line("version  " + as_word(text_in(status, "version")));
    for (const std::string_view part : {"policy", "modes", "log", "centre"})
        if (status.contains(json::string_view(part.data(), part.size())))
            out.line(std::string(part) + "  " + fields_text(object_in(status, part)));
    for (const std::string_view list : {"sessions", "holds", "readers", "usb", "media"})
        print_members(list, status, out);
}

}  // namespace

int run_status(const StatusOptions& options) {
    Output out;
    const auto status = ask_status(options.socket);
    if (!status) return complain(status.error(), options.json, out);
    if (options.json)
        out.line(json::serialize(*status));
    else
        print_for_people(*status, out);
    return text_in(*status, "state") == "armed" ? armed : degraded;
}

void add_status(CLI::App& app, int& exit_status) {
    auto options = std::make_shared<StatusOptions>();
    CLI::App* command = app.add_subcommand(
        "status",
        "Says whether the agent is armed. Exit status 0: armed, 1: degraded, 2: not running.");
    command->add_flag("--json", options->json, "one JSON object on one line");
    command->add_option("--socket", options->socket, "the agent's control socket")
        ->capture_default_str();
    command->callback([options, &exit_status] { exit_status = run_status(*options); });
}

}  // namespace vaktpost::cli
