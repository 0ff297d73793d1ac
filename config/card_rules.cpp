// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/card_rules.h"

#include <chrono>
#include <string>

namespace vaktpost::config {
namespace {

using namespace std::chrono_literals;

constexpr Range debounce_range{0ms, 10s};
constexpr std::size_t longest_seat_end = 28;

// Core meets the card's answer in lower case.
std::string lower_case(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

core::CardRule read_rule(TableReader& rule, const std::vector<core::CardRule>& earlier) {
    core::CardRule result;
    read_rule_id(rule, earlier, result.id);
    if (auto text = read_text(rule, card_rule::reader, printable_characters, longest_pattern))
        result.reader = *text;
    if (auto text = read_text(rule, card_rule::atr, "0123456789abcdefABCDEF*", longest_pattern))
        result.atr = lower_case(*text);
    rule.choice(card_rule::role.key, result.role);
    require(rule, card_rule::role);
    return result;
}

// The form of logind's seats, sd-login(3).
void read_seat(TableReader& rule, core::SeatName& seat) {
    constexpr std::string_view prefix = "seat";
    constexpr std::string_view characters =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    const auto& key = reader_rule::seat;
    const auto text = read_text(rule, key, characters, prefix.size() + longest_seat_end);
    if (!text) return;
    if (!text->starts_with(prefix) || text->size() == prefix.size())
        return wrong(rule, key, *rule.find(key.key));
    seat.value = *text;
}

core::ReaderRule read_reader(TableReader& rule, const std::vector<core::ReaderRule>& earlier) {
    core::ReaderRule result;
    const auto& key = reader_rule::reader;
    require(rule, key);
    if (auto text = read_text(rule, key, printable_characters, longest_pattern))
        result.reader = *text;
    refuse_repeated(rule, key, any_has(earlier, &core::ReaderRule::reader, result.reader));
    rule.duration(reader_rule::debounce.key, debounce_range, result.debounce);
    read_seat(rule, result.seat);
    return result;
}

}  // namespace

void read_card_rules(TableReader& card, std::vector<core::CardRule>& rules) {
    read_rules(card, card_rule::table, rules, read_rule);
}

void read_reader_rules(TableReader& card, std::vector<core::ReaderRule>& rules) {
    read_rules(card, reader_rule::table, rules, read_reader);
}

}  // namespace vaktpost::config
