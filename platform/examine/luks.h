// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/result.h"
#include "platform/examine/finding.h"
#include "platform/examine/loaded_header.h"
#include "platform/examine/medium.h"

namespace vaktpost::examine {

// Judges a part on which libblkid saw LUKS. A LUKS2 part whose first header is damaged is unknown:
// nothing but a second header somewhere inside would vouch for it, and such headers survive under
// file systems made later.
Finding judge_luks(const Medium& medium, const Partition& part);

// The LUKS2 header of a part as whoever unlocks it sees it; an error: there is none that is valid.
core::Result<LoadedHeader> load_luks2(const Medium& medium, const Partition& part);

}  // namespace vaktpost::examine
