// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "agent/core/medium.h"
#include "platform/token/token_text.h"

namespace vaktpost::token {

// Judges the token in a LUKS2 header: its JSON, hostile, and the UUID that libcryptsetup read
// beside it. What a token says is told only of a valid one, but for the serials that others claim.
// Whether it has ended is not judged here.
core::Token check_token(std::string_view metadata, std::string_view volume,
                        std::span<const PublicKey> trusted);

// Of all parts of a medium together: valid only where every one of them bears the same.
core::Token common_token(std::span<const core::Token> of_parts);

}  // namespace vaktpost::token
