// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "agent/core/result.h"

namespace vaktpost::enroll {

// Whether what makes one is there: it comes with packages that not every machine has.
core::Status can_make_file_system(const std::string& type,
                                  const std::filesystem::path& programs = "/usr/sbin");

// Makes one on an unlocked volume, which every user may write to: whoever knows the passphrase.
core::Status make_file_system(const std::string& type, const std::string& node);

}  // namespace vaktpost::enroll
