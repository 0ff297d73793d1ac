// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platform/examine/finding.h"
#include "platform/examine/medium.h"

namespace vaktpost::examine {

// Does the part begin with a Core Storage header? libblkid 2.38 does not know it.
bool is_core_storage(const Medium& medium, const Partition& part);

// Judges such a part. Core Storage without FileVault, and FileVault that is still converting, are
// not encrypted.
Finding judge_filevault(const Medium& medium, const Partition& part);

}  // namespace vaktpost::examine
