// SPDX-License-Identifier: GPL-3.0-or-later
// The repeated tables of a policy, [[usb.rule]] and its like: their keys as data, for the parser
// and the manual page, and what their readers share.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "agent/core/types.h"
#include "config/quote.h"
#include "config/table_reader.h"

namespace vaktpost::config {

// `form` completes "… must be".
struct RuleKey {
    std::string_view key;
    std::string_view form;
    std::string_view help;
};

struct RuleTable {
    std::string_view name;     // dotted: "usb.rule"
    std::string_view section;  // of policy.def: the manual page and the sample put it behind that
    std::string_view text;     // of the manual page, man(7) source
    std::span<const RuleKey> keys;
    std::string_view example;  // TOML, ends with a line feed
    bool in_force;             // the example is part of the default policy
    std::size_t most;          // of them in a file
};

// All of them, in the order of the manual page.
std::span<const RuleTable> rule_tables();

inline constexpr RuleKey rule_id{"id", "1 to 64 of a-z, 0-9 and \"-\"",
                                 "names the rule in events; unique in the file"};

inline constexpr std::string_view rule_id_characters = "abcdefghijklmnopqrstuvwxyz0123456789-";
inline constexpr std::size_t longest_rule_id = 64;

// "KEY must be FORM, not VALUE"
void wrong(TableReader& rule, const RuleKey& key, const Value& value);

// A key that every one of these tables has.
void require(TableReader& rule, const RuleKey& key);

// The text of a key, where it is of 1 to `longest` of those characters; otherwise nothing.
std::optional<std::string> read_text(TableReader& rule, const RuleKey& key,
                                     std::string_view characters, std::size_t longest);

// "another [[usb.rule]] has the id "x" already", where `taken`.
void refuse_repeated(TableReader& rule, const RuleKey& key, bool taken);

// "usb.rule.interface is empty; leave it out to meet every interface"
void refuse_empty(TableReader& rule, const RuleKey& key, std::string_view instead);

template <class Rule, class Member>
bool any_has(const std::vector<Rule>& rules, Member Rule::*member, const Member& value) {
    return std::any_of(rules.begin(), rules.end(),
                       [&](const Rule& rule) { return rule.*member == value; });
}

template <class Rule>
void read_rule_id(TableReader& rule, const std::vector<Rule>& earlier, core::RuleId& id) {
    require(rule, rule_id);
    const auto text = read_text(rule, rule_id, rule_id_characters, longest_rule_id);
    if (!text) return;
    id.value = *text;
    refuse_repeated(rule, rule_id, any_has(earlier, &Rule::id, id));
}

// The same where there may be thousands of them.
inline void read_rule_id(TableReader& rule, std::unordered_set<std::string>& earlier,
                         core::RuleId& id) {
    require(rule, rule_id);
    const auto text = read_text(rule, rule_id, rule_id_characters, longest_rule_id);
    if (!text) return;
    id.value = *text;
    refuse_repeated(rule, rule_id, !earlier.insert(*text).second);
}

// Reads each [[table]] with `read`, which is given the table and those before it.
template <class Rule, class Read>
void read_rules(TableReader& section, const RuleTable& table, std::vector<Rule>& rules, Read read) {
    const std::string_view key = table.name.substr(table.name.rfind('.') + 1);
    for (const Value& value : section.tables(key)) {
        if (rules.size() == table.most)
            return section.problem(value.at, "more than " + std::to_string(table.most) + " [[" +
                                                 std::string(table.name) + "]]");
        TableReader rule = section.item(value, key);
        rules.push_back(read(rule, rules));
        rule.finish();
    }
}

// Printable ASCII, for patterns that meet names which others gave.
inline constexpr std::string_view printable_characters =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz"
    "{|}~";
inline constexpr std::size_t longest_pattern = 128;

}  // namespace vaktpost::config
