// SPDX-License-Identifier: GPL-3.0-or-later
// control_examine_probe EXAMINER PATH [--json]: `vaktpost examine` with a stand-in for the
// examiner.
#include "agent/cli/commands.h"

int main(int argc, char** argv) {
    if (argc < 3) return 64;
    vaktpost::cli::ExamineOptions options;
    options.path = argv[2];
    options.json = argc == 4;
    return vaktpost::cli::run_examine(options, argv[1]);
}
