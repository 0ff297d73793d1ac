// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace vaktpost::link {

struct Options {
    std::string settings_file;
    std::string state_folder = "/var/lib/vaktpost";
    std::string control_socket = "/run/vaktpost/control.sock";
    int linger = 5;     // seconds
    int patience = 60;  // seconds
};

// Reads the command line. Prints help, version or what is wrong and ends the program itself then: 0
// or 64.
Options parse_options(int argc, char** argv);

}  // namespace vaktpost::link
