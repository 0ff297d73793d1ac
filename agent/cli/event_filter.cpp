// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/event_filter.h"

#include <algorithm>

#include "agent/cli/json_text.h"
#include "config/duration_text.h"

namespace vaktpost::cli {

std::optional<events::WallTime> parse_since(std::string_view text, events::WallTime now) {
    if (const auto span = config::parse_duration(text)) return now - *span;
    return events::from_rfc3339(text);
}

bool EventFilter::wants(const boost::json::object& record) const {
    if (!since.empty() && text_in(record, "time") < since) return false;
    return types.empty() ||
           std::find(types.begin(), types.end(), text_in(record, "type")) != types.end();
}

}  // namespace vaktpost::cli
