// SPDX-License-Identifier: GPL-3.0-or-later
// A record as somebody's log holds it. Hostile: every field may be missing, of another type or out
// of all bounds.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/time.h"
#include "agent/core/types.h"
#include "agent/core/wall.h"

namespace vaktpost::replay {

struct Recorded {
    std::string type;
    std::string code;
    std::string host;
    std::string boot_id;
    std::string time;  // as it stands there
    core::WallTime utc{};
    core::Instant at;
    std::uint64_t epoch = 0;
    core::Seq seq = 0;
    std::optional<core::Seq> cause;
    std::string outcome;
    std::string rule;
    std::string seat;
    std::string session_class;
    boost::json::object data;

    // Of the data; empty, false or nothing where there is none of that kind.
    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] bool flag(std::string_view key) const;
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view key) const;
    [[nodiscard]] std::optional<std::vector<std::string>> list(std::string_view key) const;
    [[nodiscard]] bool has(std::string_view key) const;

    // A list or a text in it is as long as the log lets it be: the rest may have been cut off.
    [[nodiscard]] bool may_be_cut() const;
};

enum class LineKind {
    record,
    note,     // of the centre's: a checkpoint, the head of a chain
    damaged,  // neither
};

struct Line {
    LineKind kind = LineKind::damaged;
    Recorded record;
};

Line read_line(std::string_view text);

}  // namespace vaktpost::replay
