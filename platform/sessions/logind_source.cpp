// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/logind_source.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <string_view>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/journal.h"

namespace vaktpost::platform {

namespace {

using namespace std::chrono_literals;

constexpr const char* logind = "org.freedesktop.login1";
constexpr const char* manager_path = "/org/freedesktop/login1";
constexpr const char* manager_interface = "org.freedesktop.login1.Manager";
constexpr const char* session_interface = "org.freedesktop.login1.Session";
constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";

// Generous: logind may have to be started first.
constexpr core::Duration answer_limit = 10s;
// A lock request unanswered by then counts as not sent, well before the policy's lock_deadline.
constexpr core::Duration lock_limit = 3s;

std::string error_text(sd_bus_message* reply) {
    const sd_bus_error* error = sd_bus_message_get_error(reply);
    return error != nullptr && error->name != nullptr ? printable(error->name) : "malformed answer";
}

}  // namespace

LogindSource::LogindSource(boost::asio::io_context& io, ports::EventSink sink,
                           std::string bus_address)
    : io_(io),
      sink_(std::move(sink)),
      bus_address_(std::move(bus_address)),
      retry_(io),
      backoff_(250ms, 30s) {}

void LogindSource::start() {
    connect();
}

void LogindSource::connect() {
    auto opened = BusConnection::open(io_, bus_address_,
                                      [this](const core::Error& error) { lose_bus(error.text()); });
    if (!opened) return lose_bus(opened.error().text());
    bus_ = *opened;
    if (!subscribe()) return lose_bus("cannot ask the message bus for signals");
    list_sessions();
}

bool LogindSource::subscribe() {
    const std::string signal = "type='signal',sender='org.freedesktop.login1',";
    return bus_->subscribe(
               "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
               "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.freedesktop."
               "login1'",
               [this](sd_bus_message* m) { on_owner_changed(m); }) &&
           bus_->subscribe(
               signal + "interface='org.freedesktop.login1.Manager',member='SessionNew'",
               [this](sd_bus_message* m) { on_session_new(m); }) &&
           bus_->subscribe(
               signal + "interface='org.freedesktop.login1.Manager',member='SessionRemoved'",
               [this](sd_bus_message* m) { on_session_removed(m); }) &&
           bus_->subscribe(
               signal +
                   "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',"
                   "arg0='org.freedesktop.login1.Session'",
               [this](sd_bus_message* m) { on_properties_changed(m); });
}

void LogindSource::lose_logind(const std::string& cause) {
    ++round_;
    ready_ = false;
    owner_.clear();
    for (const auto& [path, session] : sessions_)
        if (session.reported) before_.insert(session.reported->id);
    sessions_.clear();
    awaited_.clear();
    for (const auto& session : std::exchange(unanswered_, {}))
        sink_(core::LockSignalled{session, false});
    if (std::exchange(loss_told_, true)) return;
    warn("login sessions out of sight: " + cause);
    sink_(core::SourceLost{core::Source::sessions, cause});
}

void LogindSource::lose_bus(const std::string& cause) {
    bus_.reset();
    lose_logind(cause);
    retry_.expires_at(now() + backoff_.next(), [this] { connect(); });
}

void LogindSource::list_sessions() {
    const auto round = ++round_;
    auto call = bus_->method_call(logind, manager_path, manager_interface, "ListSessions");
    const bool sent =
        bus_->call(std::move(call), answer_limit, [this, round](sd_bus_message* reply) {
            if (round == round_) take_list(reply);
        });
    if (!sent) lose_bus("cannot call logind");
}

void LogindSource::take_list(sd_bus_message* reply) {
    if (sd_bus_message_is_method_error(reply, nullptr) > 0)
        return lose_bus("ListSessions: " + error_text(reply));
    if (const char* sender = sd_bus_message_get_sender(reply)) owner_ = sender;
    const char* path = nullptr;
    int r = sd_bus_message_enter_container(reply, 'a', "(susso)");
    while (r >= 0 && (r = sd_bus_message_read(reply, "(susso)", nullptr, nullptr, nullptr, nullptr,
                                              &path)) > 0)
        awaited_.insert(path);
    if (r < 0) return lose_bus("ListSessions: malformed answer");
    for (const auto& awaited : awaited_)
        if (!fetch(awaited)) return lose_bus("cannot call logind");
    finish_round();
}

bool LogindSource::fetch(const std::string& path) {
    auto call = bus_->method_call(logind, path.c_str(), properties_interface, "GetAll");
    if (call == nullptr || sd_bus_message_append(call.get(), "s", session_interface) < 0)
        return false;
    sessions_.try_emplace(path);
    return bus_->call(std::move(call), answer_limit,
                      [this, path, round = round_](sd_bus_message* reply) {
                          if (round == round_) take_properties(path, reply);
                      });
}

void LogindSource::take_properties(const std::string& path, sd_bus_message* reply) {
    const auto found = sessions_.find(path);
    if (found == sessions_.end()) return;  // removed meanwhile
    auto& session = found->second;
    const bool answered = sd_bus_message_is_method_error(reply, nullptr) == 0;
    if (answered && read_properties(reply, session.now) >= 0 && !session.now.id.empty())
        session.complete = true;
    else if (!session.complete)
        sessions_.erase(found);  // gone before it could be asked
    awaited_.erase(path);
    if (!ready_) return finish_round();
    if (const auto still = sessions_.find(path); still != sessions_.end()) report(still->second);
}

void LogindSource::finish_round() {
    if (ready_ || owner_.empty() || !awaited_.empty()) return;
    for (auto& [path, session] : sessions_) {
        report(session);
        before_.erase(core::SessionId{session.now.id});
    }
    for (const auto& id : std::exchange(before_, {})) sink_(core::SessionClosed{id});
    ready_ = true;
    loss_told_ = false;
    backoff_.reset();
    sink_(core::SourceBack{core::Source::sessions, {}});
}

void LogindSource::report(Session& session) {
    const auto info = session_info(session.now);
    if (session.now.closing()) {
        if (std::exchange(session.reported, std::nullopt)) sink_(core::SessionClosed{info.id});
        return;
    }
    const auto before = std::exchange(session.reported, info);
    const bool same_kind =
        before && before->session_class == info.session_class && before->seat == info.seat;
    if (!same_kind) {
        session.reported_locked = false;
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

bool LogindSource::from_logind(sd_bus_message* signal) const {
    const char* sender = sd_bus_message_get_sender(signal);
    return sender != nullptr && !owner_.empty() && owner_ == sender;
}

void LogindSource::on_session_new(sd_bus_message* signal) {
    const char* path = nullptr;
    if (!from_logind(signal) || sd_bus_message_read(signal, "so", nullptr, &path) < 0) return;
    if (!ready_) awaited_.insert(path);
    if (!fetch(path)) lose_bus("cannot call logind");
}

void LogindSource::on_session_removed(sd_bus_message* signal) {
    const char* path = nullptr;
    if (!from_logind(signal) || sd_bus_message_read(signal, "so", nullptr, &path) < 0) return;
    if (const auto found = sessions_.find(path); found != sessions_.end()) {
        const auto gone = std::move(found->second);
        sessions_.erase(found);
        if (gone.reported) sink_(core::SessionClosed{gone.reported->id});
    }
    awaited_.erase(path);
    finish_round();
}

void LogindSource::on_properties_changed(sd_bus_message* signal) {
    if (!from_logind(signal)) return;
    const char* path = sd_bus_message_get_path(signal);
    const auto found = sessions_.find(path == nullptr ? "" : path);
    // Before GetAll has answered there is nothing to change: its answer will be newer than this
    // signal.
    if (found == sessions_.end() || !found->second.complete) return;
    auto& session = found->second;
    const bool was_active = session.now.active;
    if (sd_bus_message_skip(signal, "s") < 0 || read_properties(signal, session.now) < 0) return;
    const bool has_invalidated = sd_bus_message_enter_container(signal, 'a', "s") > 0 &&
                                 sd_bus_message_at_end(signal, 0) == 0;
    // State need not be announced with it: a session that leaves the foreground may be closing.
    const bool ask_again = has_invalidated || (was_active && !session.now.active);
    if (ready_) report(session);
    if (ask_again && !fetch(found->first)) lose_bus("cannot call logind");
}

void LogindSource::on_owner_changed(sd_bus_message* signal) {
    const char* sender = sd_bus_message_get_sender(signal);
    const char* name = nullptr;
    const char* owner = nullptr;
    if (sender == nullptr || std::string_view(sender) != "org.freedesktop.DBus") return;
    if (sd_bus_message_read(signal, "sss", &name, nullptr, &owner) < 0 ||
        std::string_view(name) != logind)
        return;
    if (owner_ == owner) return;
    if (!owner_.empty()) lose_logind("logind has left the message bus");
    if (std::string_view(owner).empty()) return;
    list_sessions();
}

void LogindSource::lock(const core::SessionId& session) {
    const auto found = std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& known) {
        return known.second.complete && known.second.now.id == session.value;
    });
    if (bus_ == nullptr || found == sessions_.end()) return refuse(session);
    auto call = bus_->method_call(logind, found->first.c_str(), session_interface, "Lock");
    const auto request = unanswered_.insert(session);
    const bool sent = bus_->call(
        std::move(call), lock_limit, [this, session, round = round_](sd_bus_message* reply) {
            if (round == round_)
                answer(session, sd_bus_message_is_method_error(reply, nullptr) == 0);
        });
    if (sent) return;
    unanswered_.erase(request);
    refuse(session);
}

void LogindSource::answer(const core::SessionId& session, bool ok) {
    const auto request = unanswered_.find(session);
    if (request == unanswered_.end()) return;
    unanswered_.erase(request);
    sink_(core::LockSignalled{session, ok});
}

// From the loop, since core must not be called from within its own action.
void LogindSource::refuse(const core::SessionId& session) {
    boost::asio::post(io_, [this, session, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) sink_(core::LockSignalled{session, false});
    });
}

}  // namespace vaktpost::platform
