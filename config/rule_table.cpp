// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/rule_table.h"

#include <array>

#include "config/account_rules.h"
#include "config/card_rules.h"
#include "config/usb_rules.h"

namespace vaktpost::config {
namespace {

constexpr std::array all_tables{card_rule::table, reader_rule::table, account_rule::table,
                                usb_rule::table};

}  // namespace

std::span<const RuleTable> rule_tables() {
    return all_tables;
}

void wrong(TableReader& rule, const RuleKey& key, const Value& value) {
    rule.problem(value.at, rule.full_name(key.key) + " must be " + std::string(key.form) +
                               ", not " + quoted(value.text));
}

void require(TableReader& rule, const RuleKey& key) {
    if (rule.find(key.key) == nullptr)
        rule.problem(rule.position(),
                     "this [[" + rule.name() + "]] has no " + std::string(key.key));
}

std::optional<std::string> read_text(TableReader& rule, const RuleKey& key,
                                     std::string_view characters, std::size_t longest) {
    const Value* value = rule.value(key.key, Kind::text, key.form);
    if (value == nullptr) return std::nullopt;
    const std::string& text = value->text;
    if (!text.empty() && text.size() <= longest &&
        text.find_first_not_of(characters) == std::string::npos)
        return text;
    wrong(rule, key, *value);
    return std::nullopt;
}

void refuse_repeated(TableReader& rule, const RuleKey& key, bool taken) {
    const Value* value = rule.find(key.key);
    if (taken && value != nullptr)
        rule.problem(value->at, "another [[" + rule.name() + "]] has the " + std::string(key.key) +
                                    " " + quoted(value->text) + " already");
}

void refuse_empty(TableReader& rule, const RuleKey& key, std::string_view instead) {
    const Value* list = rule.find(key.key);
    if (list != nullptr && list->kind == Kind::list && list->list.empty())
        rule.problem(list->at, rule.full_name(key.key) + " is empty; leave it out to " +
                                   std::string(instead));
}

}  // namespace vaktpost::config
