// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "config/load.h"

namespace vaktpost::link {
namespace {

constexpr int wrong_usage = 64;  // sysexits.h EX_USAGE

}  // namespace

Options parse_options(int argc, char** argv) {
    Options options;
    options.settings_file = config::settings_path;
    CLI::App app(
        "Brings the event log to the centre. Run by systemd as vaktpost-link.service when there is "
        "something to send; see vaktpost-link(8).",
        "vaktpost-link");
    app.add_option("--config", options.settings_file, "settings of this machine")
        ->capture_default_str();
    app.add_option("--state", options.state_folder, "folder of the event log")
        ->capture_default_str();
    app.add_option("--control", options.control_socket, "the agent's control socket")
        ->capture_default_str();
    app.add_option("--linger", options.linger, "seconds to stay when there is nothing left to send")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    app.add_option("--patience", options.patience,
                   "seconds to wait for a receiver that acknowledges nothing")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    app.set_version_flag("--version", "vaktpost-link " VAKTPOST_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& stop) {
        std::exit(app.exit(stop) == 0 ? EXIT_SUCCESS : wrong_usage);
    }
    return options;
}

}  // namespace vaktpost::link
