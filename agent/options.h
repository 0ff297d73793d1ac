// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace vaktpost {

struct Options {
    std::string settings_file;
    bool foreground = false;  // print each record as well
    bool observe = false;     // decide and record, do nothing
};

// Reads vaktpostd's command line. Prints help, version or what is wrong and ends the program itself
// then: 0 or 64.
Options parse_options(int argc, char** argv);

}  // namespace vaktpost
