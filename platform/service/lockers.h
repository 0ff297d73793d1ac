// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>

namespace vaktpost::platform {

// Whether a screen locker of that user runs: a process under the AppArmor profile of ours, or one
// with a locker's name. The name is the user's own word, worth as much as LockedHint.
bool locker_runs(std::uint32_t uid, const std::filesystem::path& proc = "/proc");

}  // namespace vaktpost::platform
