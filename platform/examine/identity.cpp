// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/identity.h"

#include <cctype>
#include <string_view>

#include "platform/examine/luks.h"
#include "platform/examine/signatures.h"

namespace vaktpost::examine {
namespace {

// Empty: it is none.
std::string identifier_in(std::string_view text) {
    std::string identifier;
    if (text.size() > kLongestIdentifier) return {};
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isxdigit(byte) == 0 && c != '-') return {};
        identifier += static_cast<char>(std::tolower(byte));
    }
    return identifier;
}

}  // namespace

std::vector<std::string> volume_identifiers(const Medium& medium,
                                            const core::Examination& examination) {
    std::vector<std::string> identifiers;
    for (const auto& part : examination.parts) {
        const auto found = identifier_in(find_uuid(medium, part.offset, part.size));
        if (!found.empty()) identifiers.push_back(found);
        const auto header = load_luks2(medium, {part.offset, part.size});
        const auto other = header ? identifier_in(header->uuid()) : std::string();
        if (!other.empty() && other != found) identifiers.push_back(other);
    }
    return identifiers;
}

}  // namespace vaktpost::examine
