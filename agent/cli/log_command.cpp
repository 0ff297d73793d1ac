// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/verify_progress.h"
#include "agent/cli/verify_text.h"
#include "agent/events/wall_time.h"
#include "agent/verify/verify.h"

namespace vaktpost::cli {
namespace {

constexpr int unreadable = 3;

int exit_status_of(verify::Rank rank) {
    return static_cast<int>(rank);  // 0, 1, 2
}

}  // namespace

int run_log_verify(const LogVerifyOptions& options) {
    verify::Options how;
    how.workstation_lines = options.workstation;
    how.now_ms = events::wall_now().time_since_epoch().count();
    VerifyProgress progress;
    how.progress = [&](const verify::Progress& now) { progress.show(now); };
    const auto report = verify::verify(options.sources, how);
    progress.clear();
    if (!report) {
        print_error(report.error().text());
        return unreadable;
    }
    Output out;
    for (const std::string& line : options.json ? report_json(*report) : report_text(*report))
        if (!out.line(line)) break;
    (void)out.flush();
    return out.failed() ? unreadable : exit_status_of(report->rank);
}

void add_log(CLI::App& app, int& exit_status) {
    CLI::App* log = app.add_subcommand("log", "Works on event logs, here or at the centre.");
    log->require_subcommand(1);
    auto options = std::make_shared<LogVerifyOptions>();
    CLI::App* command = log->add_subcommand(
        "verify",
        "Says whether these are all records of each host, and unchanged. Several sources are "
        "looked "
        "at together. Exit status 0: complete, 1: gaps, all explained, 2: an unexplained gap or "
        "tampering, 3: a source cannot be read.");
    command
        ->add_option("SOURCE", options->sources,
                     "a workstation's database, a file of JSON lines (- is standard input), or the "
                     "centre as postgresql://... or service=...")
        ->required();
    command->add_flag("--workstation", options->workstation,
                      "JSON lines come from a workstation, which prunes by rules of its own");
    command->add_flag("--json", options->json, "one JSON object per host, and one that sums up");
    command->callback([options, &exit_status] { exit_status = run_log_verify(*options); });
}

}  // namespace vaktpost::cli
