// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "agent/core/policy.h"
#include "config/rule_table.h"

namespace vaktpost::config {

inline constexpr std::string_view card_section = "card";  // where both tables hang

// One [[card.rule]].
namespace card_rule {
inline constexpr RuleKey reader{"reader", "1 to 128 printable ASCII characters",
                                "pattern for the reader's name, as pcsc_scan(1) lists it; left "
                                "out: every reader"};
inline constexpr RuleKey atr{"atr", "1 to 128 hex digits and \"*\", without spaces",
                             "pattern for the card's answer to reset; left out: every card"};
inline constexpr RuleKey role{
    "role", "\"presence\", \"signing\" or \"ignore\"",
    "presence: the card says who sits here; signing: a card to sign or log in to a web site with; "
    "ignore: any other. Only presence cards bind sessions and lock them"};
inline constexpr std::array keys{rule_id, reader, atr, role};

inline constexpr std::string_view text =
    R"(Each
.B [[card.rule]]
says what the cards are for that it meets.
Rules are tried from the first to the last; the first that meets both reader and card decides.
A card that none meets is a presence card.
In a pattern "*" stands for any run of characters, everything else for itself.
)";
inline constexpr std::string_view example =
    R"([[card.rule]]
id = "bank-id"
atr = "3b7f96*"
role = "signing"
)";
// Every card that is put in is held against every rule.
inline constexpr RuleTable table{"card.rule", "session.remote", text, keys, example, false, 200};
}  // namespace card_rule

// One [[card.reader]].
namespace reader_rule {
inline constexpr RuleKey reader{"reader", "1 to 128 printable ASCII characters",
                                "pattern for the reader's name"};
inline constexpr RuleKey debounce{
    "debounce", "\"0s\" to \"10s\"",
    "a card away for less has not been away: contactless readers flicker; default \"0s\""};
inline constexpr RuleKey seat{"seat", "\"seat\" and 1 to 28 letters, digits, \"-\" and \"_\"",
                              "the seat whose sessions its cards are for; default \"seat0\""};
inline constexpr std::array keys{reader, debounce, seat};

inline constexpr std::string_view text =
    R"(Each
.B [[card.reader]]
says how the readers behave that it meets, and where they stand.
They are tried from the first to the last; the first that meets a reader counts.
)";
inline constexpr std::string_view example =
    R"([[card.reader]]
reader = "*Contactless*"
debounce = "1500ms"
)";
inline constexpr RuleTable table{"card.reader", "session.remote", text, keys, example, false, 100};
}  // namespace reader_rule

// Read every [[card.rule]] and every [[card.reader]] of the table [card].
void read_card_rules(TableReader& card, std::vector<core::CardRule>& rules);
void read_reader_rules(TableReader& card, std::vector<core::ReaderRule>& rules);

}  // namespace vaktpost::config
