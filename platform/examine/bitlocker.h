// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platform/examine/finding.h"
#include "platform/examine/medium.h"

namespace vaktpost::examine {

// Judges a part on which libblkid saw BitLocker. All three copies of the metadata must be valid and
// say the same.
Finding judge_bitlocker(const Medium& medium, const Partition& part);

}  // namespace vaktpost::examine
