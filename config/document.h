// SPDX-License-Identifier: GPL-3.0-or-later
// A TOML file as a small tree that knows where each thing stood. The TOML library is seen by
// document.cpp alone: its templates are large, and the resident agent is small.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/wall.h"
#include "agent/core/words.h"
#include "config/problem.h"

namespace vaktpost::config {

enum class Kind { text, integer, real, flag, moment, list, table };

struct Entry;

// Of the members behind `kind` and `at`, the one that the kind names is set. A real keeps no value:
// no key takes one.
struct Value {
    Kind kind = Kind::table;
    Position at;
    std::string text;
    std::int64_t integer = 0;
    bool flag = false;
    std::optional<core::WallTime> moment;  // none: it names no offset from UTC, or is none of ours
    std::vector<Value> list;
    std::vector<Entry> table;
};

struct Entry {
    std::string key;
    Position at;
    Value value;
};

struct Document {
    Value root;                     // empty where there are problems
    std::vector<Problem> problems;  // not TOML: at most one, the parser stops there
};

// Never throws. What is nested deeper than any key of ours is left out of the tree.
Document parse_document(std::string_view text);

}  // namespace vaktpost::config

namespace vaktpost::core {

// As they read in "must be …, not …".
VAKTPOST_WORDS(config::Kind, "a text", "a whole number", "a number with a fraction",
               "true or false", "a date or time", "a list", "a table");

}  // namespace vaktpost::core
