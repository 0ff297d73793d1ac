// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "agent/core/result.h"
#include "platform/enroll/secret.h"

namespace vaktpost::enroll {

inline constexpr std::size_t shortest_passphrase = 12;

// Asks on the terminal (or reads a line of standard input where that is none) and wants just that
// answer.
core::Status ask_for(const std::string& question, const std::string& answer);

// Twice, without showing it.
core::Result<Secret> ask_passphrase();

// Puts the terminal back as it was; may be called from a signal handler.
void show_typing_again();

}  // namespace vaktpost::enroll
