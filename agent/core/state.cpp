// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/state.h"

#include <algorithm>

namespace vaktpost::core {

Health health_of(const State& state) {
    const auto any = [&](SourcePhase phase) {
        return std::any_of(all_sources.begin(), all_sources.end(), [&](Source source) {
            const auto found = state.sources.find(source);
            return (found == state.sources.end() ? SourcePhase::starting : found->second.phase) ==
                   phase;
        });
    };
    if (any(SourcePhase::lost)) return Health::degraded;
    return any(SourcePhase::starting) ? Health::starting : Health::armed;
}

std::vector<Source> lost_sources(const State& state) {
    std::vector<Source> lost;
    for (const auto& [source, source_state] : state.sources)
        if (source_state.phase == SourcePhase::lost) lost.push_back(source);
    return lost;
}

bool is_guarded(const Session& session) {
    const auto kind = session.info.session_class;
    return (kind == SessionClass::graphical || kind == SessionClass::text) &&
           !session.info.seat.empty();
}

}  // namespace vaktpost::core
