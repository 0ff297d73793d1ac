// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/enrolment.h"

#include <string>
#include <vector>

#include "platform/examine/luks.h"
#include "platform/examine/signatures.h"
#include "platform/token/token_check.h"

namespace vaktpost::examine {
namespace {

// libblkid reads the first header, whoever unlocks the part the newer one. Where the two name it
// differently the medium pretends to be another, and its token is written for none.
std::string volume_of(const Medium& medium, const core::MediumPart& part,
                      const LoadedHeader& header) {
    auto uuid = header.uuid();
    return uuid == find_uuid(medium, part.offset, part.size) ? uuid : std::string();
}

}  // namespace

core::Token read_token(const Medium& medium, const core::Examination& examination,
                       std::span<const token::PublicKey> trusted) {
    std::vector<core::Token> tokens;
    for (const auto& part : examination.parts) {
        const auto header = load_luks2(medium, {part.offset, part.size});
        tokens.push_back(header ? token::check_token(header->luks2_metadata(),
                                                     volume_of(medium, part, *header), trusted)
                                : core::Token{});
    }
    // Nobody enrols what is not encrypted; the serials that it claims count all the same.
    if (examination.verdict != core::Verdict::encrypted) tokens.emplace_back();
    return token::common_token(tokens);
}

}  // namespace vaktpost::examine
