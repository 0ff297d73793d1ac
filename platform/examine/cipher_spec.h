// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "platform/examine/finding.h"

namespace vaktpost::examine {

// Judges a dm-crypt cipher specification, "cipher[:keys][,cipher]-mode-iv". An allow list: what it
// does not name is unknown, since dm-crypt passes any name on to the kernel, where "does nothing"
// has more than one. Source: kernel, Documentation/admin-guide/device-mapper/dm-crypt.rst.
Finding judge_cipher(std::string_view specification);

}  // namespace vaktpost::examine
