// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/policy.h"

namespace vaktpost::core {

// Greedy with one step back: each "*" is tried as short as possible and grows only while what
// follows does not fit, so the time is at most the product of the lengths.
bool matches_pattern(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

CardRole Policy::role_of(const ReaderName& reader, std::string_view atr) const {
    for (const auto& rule : card_rules)
        if (matches_pattern(rule.reader, reader.value) && matches_pattern(rule.atr, atr))
            return rule.role;
    return CardRole::presence;
}

ReaderRule Policy::reader_rule(const ReaderName& reader) const {
    for (const auto& rule : reader_rules)
        if (matches_pattern(rule.reader, reader.value)) return rule;
    return {};
}

AccountRule Policy::account(std::string_view user) const {
    for (const auto& rule : accounts)
        if (matches_pattern(rule.user, user)) return rule;
    return {};
}

}  // namespace vaktpost::core
