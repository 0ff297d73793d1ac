// SPDX-License-Identifier: GPL-3.0-or-later
// What one decision works on. The rules are grouped by subject: locking, presence, idle, usb,
// media, health.
#pragma once

#include "agent/core/decide.h"

namespace vaktpost::core {

struct Context {
    State& state;
    const Policy& policy;
    Instant now;
    Actions actions;

    void act(Action action) { actions.push_back(std::move(action)); }

    // Numbers and appends a record; the caller may still fill in optional parts before the next
    // action.
    Record& append(EventType type, std::vector<Field> data = {}) {
        Record record;
        record.seq = state.next_seq++;
        record.type = type;
        record.at = now;
        record.data = std::move(data);
        actions.push_back(AppendEvent{std::move(record)});
        return std::get<AppendEvent>(actions.back()).record;
    }
};

// To whoever sits at a desktop that is in front.
inline void notify_in_front(Context& context, Notice notice, Seq about) {
    for (const auto& [id, session] : context.state.sessions)
        if (session.info.active && session.info.session_class == SessionClass::graphical)
            context.act(Notify{id, notice, short_code(about), std::nullopt});
}

inline std::string word(auto value) {
    return std::string(to_string(value));
}

}  // namespace vaktpost::core
