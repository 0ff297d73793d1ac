// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/enrolment.h"

#include <vector>

#include "platform/examine/luks.h"
#include "platform/token/token_check.h"

namespace vaktpost::examine {

core::Token read_token(const Medium& medium, const core::Examination& examination,
                       std::span<const token::PublicKey> trusted) {
    std::vector<core::Token> tokens;
    for (const auto& part : examination.parts) {
        const auto header = load_luks2(medium, {part.offset, part.size});
        tokens.push_back(header
                             ? token::check_token(header->luks2_metadata(), header->uuid(), trusted)
                             : core::Token{});
    }
    // Nobody enrols what is not encrypted; the serials that it claims count all the same.
    if (examination.verdict != core::Verdict::encrypted) tokens.emplace_back();
    return token::common_token(tokens);
}

}  // namespace vaktpost::examine
