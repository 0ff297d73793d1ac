// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "agent/core/result.h"
#include "platform/token/token_text.h"

namespace vaktpost::enroll {

struct Options {
    std::string device;
    std::string key;
    std::string recovery = "/etc/vaktpost/recovery.pem";
    std::string file_system = "ext4";
    token::Content content;  // but for `recovery`
    bool quick = false;
};

inline constexpr int wrong_usage = 64;  // sysexits.h EX_USAGE

// Ends the program for --help, --version and wrong words.
Options parse_options(int argc, char** argv);

}  // namespace vaktpost::enroll
