// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "agent/core/medium.h"
#include "platform/examine/medium.h"
#include "platform/token/token_text.h"

namespace vaktpost::examine {

// The organisation's token on an examined medium: every part must be an encrypted LUKS2 one that
// bears the same. prepare_libcryptsetup() must have run.
core::Token read_token(const Medium& medium, const core::Examination& examination,
                       std::span<const token::PublicKey> trusted);

}  // namespace vaktpost::examine
