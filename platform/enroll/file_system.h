// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "agent/core/result.h"

namespace vaktpost::enroll {

// Makes one on an unlocked volume, which every user may write to: whoever knows the passphrase.
core::Status make_file_system(const std::string& type, const std::string& node);

}  // namespace vaktpost::enroll
