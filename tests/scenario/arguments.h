// SPDX-License-Identifier: GPL-3.0-or-later
// The words of one scenario line: "key=value" pairs and bare flags.
#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/time.h"
#include "agent/core/wall.h"
#include "agent/core/words.h"

namespace vaktpost::scenario {

// What is wrong with the scenario file itself.
struct BadLine : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::vector<std::string> split(std::string_view text, char separator);  // empty pieces are left out

core::Duration parse_duration(std::string_view text);  // "90s", "1min30s", "250ms", "2h"
core::WallTime parse_utc(std::string_view text);       // "2026-11-23T08:00:00", UTC
std::string print_duration(core::Duration duration);   // the shortest of these forms

class Arguments {
  public:
    explicit Arguments(const std::vector<std::string>& words);
    ~Arguments() noexcept(false);  // throws BadLine for words that nobody asked for

    std::string text(const std::string& key);
    std::string text_or(const std::string& key, std::string fallback);
    bool flag(const std::string& key);
    std::uint64_t number_or(const std::string& key, std::uint64_t fallback, int base = 10);
    bool has(const std::string& key) const { return values_.contains(key); }

    template <core::HasWords Enum>
    Enum word(const std::string& key) {
        return to_enum<Enum>(text(key));
    }
    template <core::HasWords Enum>
    Enum word_or(const std::string& key, Enum fallback) {
        return has(key) ? word<Enum>(key) : fallback;
    }
    template <core::HasWords Enum>
    static Enum to_enum(const std::string& word) {
        const auto value = core::from_string<Enum>(word);
        if (!value) throw BadLine("no such word: " + word);
        return *value;
    }

  private:
    std::map<std::string, std::string> values_;
    std::set<std::string> used_;
    int exceptions_ = std::uncaught_exceptions();
};

}  // namespace vaktpost::scenario
