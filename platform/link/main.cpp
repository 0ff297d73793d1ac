// SPDX-License-Identifier: GPL-3.0-or-later
// vaktpost-link: reads the event log behind the agent's back, brings it to the centre, says how far
// it has come, and goes. It may be killed at any moment: what the agent was not told of is sent
// again, and the centre takes each record once.
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "agent/events/event_store.h"
#include "config/load.h"
#include "platform/base/journal.h"
#include "platform/link/options.h"
#include "platform/link/shipper.h"

namespace {

using namespace vaktpost;

int fail(const core::Error& error) {
    platform::warn(platform::printable(error.text()));
    return EXIT_FAILURE;
}

int ship(const link::Options& options) {
    auto settings = config::load_settings(options.settings_file);
    if (!settings) return fail(settings.error());
    auto& centre = settings->centre;
    if (centre.receivers.empty()) {
        platform::info("no centre is configured");
        return EXIT_SUCCESS;
    }
    const std::filesystem::path database =
        std::filesystem::path(options.state_folder) / events::database_name;
    auto commits = events::CommitWatch::open(database);
    if (!commits) return fail(commits.error());
    link::Spool spool(database);
    link::AgentReports reports(options.control_socket);
    const link::Limits limits{std::chrono::seconds(options.linger),
                              std::chrono::seconds(options.patience)};
    link::Shipper(
        {centre.receivers, {centre.authority, centre.certificate, centre.key}, centre.proxy},
        limits, spool, reports, *commits)
        .run();
    return spool.trouble().empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = link::parse_options(argc, argv);
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return ship(options);
    } catch (const std::exception& failure) {
        platform::warn(std::string("vaktpost-link: ") + failure.what());
        return EXIT_FAILURE;
    }
}
