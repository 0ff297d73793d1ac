// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/session_table.h"

#include <algorithm>
#include <utility>

#include "platform/sessions/local_groups.h"

namespace vaktpost::platform {

void SessionTable::lose() {
    ready_ = false;
    listed_ = false;
    for (const auto& [path, session] : sessions_)
        if (session.reported) before_.insert(session.reported->id);
    sessions_.clear();
    awaited_.clear();
}

void SessionTable::listed(const std::set<std::string>& paths) {
    listed_ = true;
    for (auto known = sessions_.begin(); known != sessions_.end();) {
        const auto next = std::next(known);
        if (paths.count(known->first) == 0) drop(known);
        known = next;
    }
    for (const auto& path : paths) appeared(path);
}

void SessionTable::appeared(const std::string& path) {
    sessions_.try_emplace(path);
    if (!ready_) awaited_.insert(path);
}

void SessionTable::removed(const std::string& path) {
    if (const auto found = sessions_.find(path); found != sessions_.end()) drop(found);
    awaited_.erase(path);
}

void SessionTable::drop(Sessions::iterator gone) {
    const auto session = std::move(gone->second);
    sessions_.erase(gone);
    if (session.reported) sink_(core::SessionClosed{session.reported->id});
}

void SessionTable::take(const std::string& path, sd_bus_message* reply) {
    const auto found = sessions_.find(path);
    if (found == sessions_.end()) return;  // removed meanwhile
    awaited_.erase(path);
    auto& session = found->second;
    const bool answered = sd_bus_message_is_method_error(reply, nullptr) == 0;
    if (answered && read_properties(reply, session.now) >= 0 && !session.now.id.empty())
        session.complete = true;
    else if (!session.complete)
        return static_cast<void>(sessions_.erase(found));  // gone before it could be asked
    if (ready_) report(session);
}

bool SessionTable::changed(const std::string& path, sd_bus_message* signal) {
    const auto found = sessions_.find(path);
    // Before GetAll has answered there is nothing to change: its answer will be newer than this
    // signal.
    if (found == sessions_.end() || !found->second.complete) return false;
    auto& session = found->second;
    const bool was_active = session.now.active;
    if (sd_bus_message_skip(signal, "s") < 0 || read_properties(signal, session.now) < 0)
        return false;
    const bool has_invalidated = sd_bus_message_enter_container(signal, 'a', "s") > 0 &&
                                 sd_bus_message_at_end(signal, 0) == 0;
    // State need not be announced with it: a session that leaves the foreground may be closing.
    const bool ask_again = has_invalidated || (was_active && !session.now.active);
    if (ready_) report(session);
    return ask_again;
}

bool SessionTable::complete_round() {
    if (ready_ || !listed_ || !awaited_.empty()) return false;
    for (auto& [path, session] : sessions_) {
        report(session);
        before_.erase(core::SessionId{session.now.id});
    }
    for (const auto& id : std::exchange(before_, {})) sink_(core::SessionClosed{id});
    ready_ = true;
    return true;
}

void SessionTable::report(Session& session) {
    auto info = session_info(session.now);
    if (session.now.closing()) {
        if (std::exchange(session.reported, std::nullopt)) sink_(core::SessionClosed{info.id});
        return;
    }
    const auto before = std::exchange(session.reported, info);
    const bool same_kind =
        before && before->session_class == info.session_class && before->seat == info.seat;
    if (!same_kind) {
        session.reported_locked = false;
        info.groups = local_groups(info.user);
        sink_(core::SessionOpened{info});
    } else if (before->active != info.active) {
        sink_(core::SessionChanged{info.id, info.active});
    }
    if (std::exchange(session.reported_locked, session.now.locked) == session.now.locked) return;
    if (session.now.locked)
        sink_(core::SessionLocked{info.id, core::Witness::hint});
    else
        sink_(core::SessionUnlocked{info.id, core::Witness::hint});
}

std::optional<core::SessionId> SessionTable::at(const std::string& path) const {
    const auto found = sessions_.find(path);
    if (found == sessions_.end() || !found->second.reported) return std::nullopt;
    return found->second.reported->id;
}

std::optional<SessionPlace> SessionTable::find(const core::SessionId& id) const {
    const auto found = std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& known) {
        return known.second.complete && known.second.now.id == id.value;
    });
    if (found == sessions_.end()) return std::nullopt;
    return SessionPlace{found->first, {found->second.now.seat}, found->second.now.user};
}

}  // namespace vaktpost::platform
