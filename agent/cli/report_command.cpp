// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/verify_progress.h"
#include "agent/events/wall_time.h"
#include "agent/report/page.h"
#include "agent/verify/verify.h"
#include "platform/base/small_file.h"

namespace vaktpost::cli {
namespace {

constexpr int unreadable = 3;
constexpr mode_t for_the_owner = 0600;

core::Result<verify::Report> gather(const ReportOptions& options, events::WallTime now,
                                    report::Gathering& gathered) {
    VerifyProgress progress;
    verify::Options how;
    how.workstation_lines = options.workstation;
    how.now_ms = now.time_since_epoch().count();
    how.progress = [&](const verify::Progress& step) { progress.show(step); };
    how.record = [&](const verify::Scanned& record, const events::Digest& digest) {
        gathered.take(record, digest);
    };
    auto verdicts = verify::verify(options.sources, how);
    progress.clear();
    return verdicts;
}

bool write_page(const std::string& page, const std::string& output) {
    if (output.empty()) {
        Output out;
        return out.line(page) && out.flush();
    }
    const auto path = std::filesystem::absolute(output);
    if (std::filesystem::exists(path) && !std::filesystem::is_regular_file(path)) {
        print_error("write " + output + ": it is there, and no file");
        return false;
    }
    const auto written = platform::replace_file(path, page, for_the_owner);
    if (!written) print_error(written.error().text());
    return written.ok();
}

}  // namespace

int run_report(const ReportOptions& options) {
    const auto now = events::wall_now();
    const auto period = report::period_of(options.from, options.to, now);
    if (!period) {
        print_error(period.error().operation + " " + period.error().detail);
        return wrong_usage;
    }
    report::Gathering gathered(*period);
    const auto verdicts = gather(options, now, gathered);
    if (!verdicts) {
        print_error(verdicts.error().text());
        return unreadable;
    }
    if (!write_page(report::page_of({*verdicts, gathered, options.sources, now}), options.output))
        return unreadable;
    return static_cast<int>(verdicts->rank);  // 0, 1, 2, as of log verify
}

void add_report(CLI::App& app, int& exit_status) {
    auto options = std::make_shared<ReportOptions>();
    CLI::App* command = app.add_subcommand(
        "report",
        "Writes one HTML page for the security reviewer: completeness of each host, locks "
        "unconfirmed, bypasses and blocks by ward and day, silent hosts. Exit status as of log "
        "verify: 0: complete, 1: explained, 2: unexplained; 3: a source cannot be read, or the "
        "page "
        "cannot be written.");
    command->add_option("--from", options->from,
                        "a day, YYYY-MM-DD, or an RFC 3339 time; by default six days before the "
                        "last one");
    command->add_option("--to", options->to,
                        "a day, which is included, or a time, which is not; by default now");
    command->add_option("--output", options->output, "the file; by default standard output");
    command->add_flag("--workstation", options->workstation,
                      "JSON lines come from a workstation, which prunes by rules of its own");
    command->add_option("SOURCE", options->sources, "as log verify takes them")->required();
    command->callback([options, &exit_status] { exit_status = run_report(*options); });
}

}  // namespace vaktpost::cli
