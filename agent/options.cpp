// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "config/load.h"

namespace vaktpost {
namespace {

constexpr int wrong_usage = 64;  // sysexits.h EX_USAGE

}  // namespace

Options parse_options(int argc, char** argv) {
    Options options;
    options.settings_file = config::settings_path;
    CLI::App app("Guards this workstation. Run by systemd as vaktpostd.service; see vaktpostd(8).",
                 "vaktpostd");
    app.add_option("--config", options.settings_file, "settings of this machine")
        ->capture_default_str();
    app.add_flag("--foreground", options.foreground, "print each record as well");
    app.add_flag("--observe", options.observe, "decide and record everything, do nothing");
    app.set_version_flag("--version", "vaktpostd " VAKTPOST_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& stop) {
        std::exit(app.exit(stop) == 0 ? EXIT_SUCCESS : wrong_usage);
    }
    return options;
}

}  // namespace vaktpost
