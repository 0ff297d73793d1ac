// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/table_reader.h"

#include <algorithm>

#include "config/duration_text.h"
#include "config/nearest.h"
#include "config/quote.h"

namespace vaktpost::config {
namespace {

using std::chrono::milliseconds;

const Value empty_table{};

std::string_view leaf(std::string_view dotted) {
    const std::size_t dot = dotted.rfind('.');
    return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

// What the file held, for the end of "must be …, not …".
std::string found(const Value& value) {
    if (value.kind == Kind::text) return quoted(value.text);
    if (value.kind == Kind::integer) return std::to_string(value.integer);
    if (value.kind == Kind::flag) return value.flag ? "true" : "false";
    return std::string(core::to_string(value.kind));
}

bool holds_table(const Value& value) {
    return value.kind == Kind::table ||
           (!value.list.empty() && value.list.front().kind == Kind::table);
}

std::string did_you_mean(std::string_view word) {
    return "; did you mean " + std::string(word) + "?";
}

}  // namespace

TableReader::TableReader(const Value& table, std::string name, std::span<const KnownKey> all_keys,
                         Problems& problems)
    : entries_(table.table),
      at_(table.at),
      name_(std::move(name)),
      all_keys_(all_keys),
      problems_(problems) {}

std::string TableReader::full_name(std::string_view key) const {
    return name_.empty() ? std::string(key) : name_ + "." + std::string(key);
}

std::string TableReader::where() const {
    if (name_.empty()) return {};
    return repeated_ ? " in [[" + name_ + "]]" : " in [" + name_ + "]";
}

void TableReader::problem(Position at, std::string message) {
    problems_.add(at, std::move(message));
}

const Value* TableReader::find(std::string_view key) const {
    const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& candidate) { return candidate.key == key; });
    return entry == entries_.end() ? nullptr : &entry->value;
}

const Value* TableReader::take(std::string_view key) {
    known_.push_back(key);
    return find(key);
}

const Value* TableReader::value(std::string_view key, Kind kind, std::string_view form) {
    const Value* value = take(key);
    if (value == nullptr || value->kind == kind) return value;
    problem(value->at, full_name(key) + " must be " + std::string(form) + ", not " + found(*value));
    return nullptr;
}

TableReader TableReader::table(std::string_view key) {
    const Value* inner = take(key);
    if (inner != nullptr && inner->kind != Kind::table) {
        const std::string name = full_name(key);
        problem(inner->at, name + " is a table, written [" + name + "], not " + found(*inner));
        inner = nullptr;
    }
    return {inner == nullptr ? empty_table : *inner, full_name(key), all_keys_, problems_};
}

const std::vector<Value>& TableReader::tables(std::string_view key) {
    const Value* list = take(key);
    if (list == nullptr) return empty_table.list;
    const bool all_tables = list->kind == Kind::list &&
                            std::all_of(list->list.begin(), list->list.end(),
                                        [](const Value& item) { return item.kind == Kind::table; });
    if (all_tables) return list->list;
    const std::string name = full_name(key);
    problem(list->at, name + " is a list of tables, each written [[" + name + "]]");
    return empty_table.list;
}

TableReader TableReader::item(const Value& table, std::string_view key) {
    TableReader reader(table, full_name(key), all_keys_, problems_);
    reader.repeated_ = true;
    return reader;
}

std::optional<std::size_t> TableReader::word(std::string_view key,
                                             std::span<const std::string_view> words) {
    const Value* text = take(key);
    if (text == nullptr) return std::nullopt;
    const auto match =
        text->kind == Kind::text ? std::find(words.begin(), words.end(), text->text) : words.end();
    if (match != words.end()) return static_cast<std::size_t>(match - words.begin());
    std::string message = full_name(key) + " must be " + choices(words) + ", not " + found(*text);
    if (text->kind == Kind::text)
        if (const auto near = nearest(text->text, words)) message += did_you_mean(quoted(*near));
    problem(text->at, std::move(message));
    return std::nullopt;
}

void TableReader::flag(std::string_view key, bool& target) {
    if (const Value* found_flag = value(key, Kind::flag, "true or false"))
        target = found_flag->flag;
}

void TableReader::count(std::string_view key, std::int64_t least, std::int64_t most,
                        std::int64_t& target) {
    const std::string form =
        "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    const Value* number = value(key, Kind::integer, form);
    if (number == nullptr) return;
    if (number->integer < least || number->integer > most)
        return problem(number->at, full_name(key) + " must be " + form + ", not " + found(*number));
    target = number->integer;
}

std::optional<milliseconds> TableReader::ranged(std::string_view key, const Value& text,
                                                Range range, bool may_be_never) {
    const std::string end = may_be_never ? ", or \"never\"" : "";
    const auto duration = parse_duration(text.text);
    if (!duration) {
        problem(text.at, full_name(key) +
                             " must be a whole number with a unit (ms, s, min, h, d), such as " +
                             quoted(duration_text(range.most)) + end + ", not " + found(text));
        return std::nullopt;
    }
    if (*duration >= range.least && *duration <= range.most) return duration;
    problem(text.at, full_name(key) + " must be from " + quoted(duration_text(range.least)) +
                         " to " + quoted(duration_text(range.most)) + end + ", not " + found(text));
    return std::nullopt;
}

void TableReader::duration(std::string_view key, Range range, core::Duration& target) {
    const Value* text = value(key, Kind::text, "a duration in quotes, such as \"30s\"");
    if (text == nullptr) return;
    if (const auto duration = ranged(key, *text, range, false)) target = *duration;
}

void TableReader::duration(std::string_view key, Range range, core::OptionalDuration& target) {
    const Value* text =
        value(key, Kind::text, "a duration in quotes, such as \"30s\", or \"never\"");
    if (text == nullptr) return;
    if (text->text == never_word) {
        target = std::nullopt;
        return;
    }
    if (const auto duration = ranged(key, *text, range, true)) target = *duration;
}

std::vector<const Value*> TableReader::texts(std::string_view key, std::string_view form) {
    std::vector<const Value*> result;
    const Value* list = value(key, Kind::list, form);
    if (list == nullptr) return result;
    for (const Value& item : list->list) {
        if (item.kind == Kind::text)
            result.push_back(&item);
        else
            problem(item.at,
                    "an item of " + full_name(key) + " must be a text, not " + found(item));
    }
    return result;
}

void TableReader::finish() {
    for (const Entry& entry : entries_)
        if (std::find(known_.begin(), known_.end(), entry.key) == known_.end()) unknown(entry);
}

void TableReader::unknown(const Entry& entry) {
    const bool is_table = holds_table(entry.value);
    const std::string what = is_table ? "unknown table " : "unknown key ";
    problem(entry.at, what + quoted(entry.key) + where() + suggestion(entry.key, is_table));
}

std::string TableReader::suggestion(std::string_view key, bool is_table) const {
    if (const auto near = nearest(key, known_)) return did_you_mean(quoted(*near));
    return is_table ? belongs_table(key) : belongs(key);
}

// Several tables may have a key of that name.
std::string TableReader::belongs(std::string_view key) const {
    std::vector<std::string> places;
    for (const KnownKey& known : all_keys_)
        if (known.key == key)
            places.push_back(known.table.empty() ? "above the first [table] of the file"
                                                 : (places.empty() ? "in [" : "[") +
                                                       std::string(known.table) + "]");
    return places.empty() ? std::string() : "; " + quoted(key) + " belongs " + alternatives(places);
}

// A table that is written within another one.
std::string TableReader::belongs_table(std::string_view key) const {
    for (const KnownKey& known : all_keys_)
        if (known.table != key && leaf(known.table) == key)
            return did_you_mean(quoted(known.table));
    return {};
}

}  // namespace vaktpost::config
