// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/policy.h"
#include "agent/core/time.h"
#include "agent/core/words.h"
#include "config/document.h"
#include "config/problem.h"

namespace vaktpost::config {

struct Range {
    std::chrono::milliseconds least;
    std::chrono::milliseconds most;
};

// A key of a kind of file: the dotted name of its table, empty for the top level, and its own.
struct KnownKey {
    std::string_view table;
    std::string_view key;
};

// Reads one table key by key and notes what is wrong. A key that is absent or wrong leaves its
// target as it was. What has not been asked for when finish() is called is unknown. Uses the table
// and the problems it was given: both must outlive it.
class TableReader {
  public:
    // `name` is dotted ("usb.rule"), empty for the file's top level. `all_keys`: every key of
    // this kind of file, to tell a key in the wrong table from one that does not exist.
    TableReader(const Value& table, std::string name, std::span<const KnownKey> all_keys,
                Problems& problems);

    // The table `key` within this one; an empty one where it is absent.
    TableReader table(std::string_view key);
    // The tables of [[key]], each to be read by item().
    const std::vector<Value>& tables(std::string_view key);
    TableReader item(const Value& table, std::string_view key);

    template <core::HasWords Enum>
    void choice(std::string_view key, Enum& target) {
        if (const auto index = word(key, core::Words<Enum>::table))
            target = static_cast<Enum>(*index);
    }
    void flag(std::string_view key, bool& target);
    // A whole number from `least` to `most`.
    void count(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t& target);
    void duration(std::string_view key, Range range, core::Duration& target);
    void duration(std::string_view key, Range range, core::OptionalDuration& target);
    // The value of a text, a whole number or a list; null where absent or of another kind. `form`
    // completes "… must be".
    const Value* value(std::string_view key, Kind kind, std::string_view form);
    // A list of texts: every item that is none has been noted and left out.
    std::vector<const Value*> texts(std::string_view key, std::string_view form);

    // Unknown keys and tables. Call it once, last.
    void finish();

    [[nodiscard]] const Value* find(std::string_view key) const;
    [[nodiscard]] Position position() const { return at_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    void problem(Position at, std::string message);
    // "usb.rule.id"
    [[nodiscard]] std::string full_name(std::string_view key) const;

  private:
    std::optional<std::size_t> word(std::string_view key, std::span<const std::string_view> words);
    std::optional<std::chrono::milliseconds> ranged(std::string_view key, const Value& value,
                                                    Range range, bool may_be_never);
    const Value* take(std::string_view key);
    void unknown(const Entry& entry);
    [[nodiscard]] std::string suggestion(std::string_view key, bool is_table) const;
    [[nodiscard]] std::string belongs(std::string_view key) const;
    [[nodiscard]] std::string belongs_table(std::string_view key) const;
    [[nodiscard]] std::string where() const;

    const std::vector<Entry>& entries_;
    Position at_;
    std::string name_;
    bool repeated_ = false;  // one of several: [[name]]
    std::span<const KnownKey> all_keys_;
    Problems& problems_;
    std::vector<std::string_view> known_;
};

}  // namespace vaktpost::config
