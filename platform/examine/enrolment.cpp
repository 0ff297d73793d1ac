// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/enrolment.h"

#include <vector>

#include "platform/examine/luks.h"
#include "platform/token/token_check.h"

namespace vaktpost::examine {

core::Token read_token(const Medium& medium, const core::Examination& examination,
                       std::span<const token::PublicKey> trusted) {
    std::vector<core::Token> tokens;
    if (examination.verdict != core::Verdict::encrypted) return {};
    for (const auto& part : examination.parts) {
        const auto header = load_luks2(medium, {part.offset, part.size});
        if (!header) return {};
        tokens.push_back(token::check_token(header->luks2_metadata(), header->uuid(), trusted));
    }
    return token::common_token(tokens);
}

}  // namespace vaktpost::examine
