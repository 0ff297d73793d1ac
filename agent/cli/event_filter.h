// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/events/wall_time.h"

namespace vaktpost::cli {

// An RFC 3339 time, or a span back from `now`: "90s", "10min", "2h", "1d".
std::optional<events::WallTime> parse_since(std::string_view text, events::WallTime now);

// Which records are wanted.
struct EventFilter {
    std::string since;               // as records write it; empty: all
    std::vector<std::string> types;  // empty: all

    [[nodiscard]] bool wants(const boost::json::object& record) const;
};

}  // namespace vaktpost::cli
