// SPDX-License-Identifier: GPL-3.0-or-later
// Lines for the system's journal on standard error, with the priority prefix of sd-daemon(3). They
// are for whoever runs the machine; what happened to devices and sessions goes to the event log
// instead.
#pragma once

#include <string>
#include <string_view>

namespace vaktpost::platform {

// Any thread; never wait for the journal: a line it has no room for is lost. Text from devices and
// files goes through printable() first.
void warn(std::string_view text);
void info(std::string_view text);

// The text with backslashes and every byte that is not printable ASCII as \xNN, cut to 256 bytes of
// the input.
std::string printable(std::string_view text);

}  // namespace vaktpost::platform
