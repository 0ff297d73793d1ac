// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "agent/core/medium.h"
#include "platform/examine/medium.h"

namespace vaktpost::examine {

// The longest identifier of a volume: a UUID has 36 characters.
inline constexpr std::size_t kLongestIdentifier = 36;

// What tells the volumes of a medium from others: the UUID that libblkid finds in each part that
// has one, in lower case; of a LUKS2 part also the one that whoever unlocks it sees, where that is
// another. Hex digits and hyphens alone; whatever else stands there is left out.
// Forgeable, and different again when somebody formats the part.
// prepare_libcryptsetup() must have run.
std::vector<std::string> volume_identifiers(const Medium& medium,
                                            const core::Examination& examination);

}  // namespace vaktpost::examine
