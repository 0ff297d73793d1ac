// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <exception>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"

int main(int argc, char** argv) {
    // A reader that has seen enough is no error: writing then fails, and the command ends.
    std::signal(SIGPIPE, SIG_IGN);
    int exit_status = 0;
    try {
        CLI::App app(
            "Asks the guard of this workstation, reads and explains its events, judges a medium.",
            "vaktpost");
        app.set_version_flag("--version", "vaktpost " VAKTPOST_VERSION);
        app.require_subcommand(1);
        vaktpost::cli::add_status(app, exit_status);
        vaktpost::cli::add_events(app, exit_status);
        vaktpost::cli::add_explain(app, exit_status);
        vaktpost::cli::add_hold(app, exit_status);
        vaktpost::cli::add_devices(app, exit_status);
        vaktpost::cli::add_allow(app, exit_status);
        vaktpost::cli::add_examine(app, exit_status);
        vaktpost::cli::add_media(app, exit_status);
        vaktpost::cli::add_log(app, exit_status);
        vaktpost::cli::add_report(app, exit_status);
        vaktpost::cli::add_convert(app, exit_status);
        vaktpost::cli::add_policy(app, exit_status);
        vaktpost::cli::add_replay(app, exit_status);
        try {
            app.parse(argc, argv);
        } catch (const CLI::ParseError& wrong) {
            return app.exit(wrong) == 0 ? 0 : vaktpost::cli::wrong_usage;
        }
    } catch (const std::exception& failure) {
        vaktpost::cli::print_error(failure.what());
        return 1;
    }
    return exit_status;
}
