// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/logind_source.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <set>
#include <string_view>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/journal.h"
#include "platform/sessions/logind_names.h"

namespace vaktpost::platform {

namespace {

using namespace std::chrono_literals;

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
      sessions_(sink_),
      steps_(io, sink_),
      retry_(io),
      backoff_(250ms, 30s) {}

void LogindSource::start() {
    connect();
}

// --- the connection, and who speaks for logind on it

void LogindSource::connect() {
    auto opened = BusConnection::open(io_, bus_address_,
                                      [this](const core::Error& error) { lose_bus(error.text()); });
    if (!opened) return lose_bus(opened.error().text());
    bus_ = *opened;
    if (!subscribe()) return lose_bus("cannot ask the message bus for signals");
    list_sessions();
}

bool LogindSource::subscribe() {
    return bus_->subscribe(
               "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
               "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.freedesktop."
               "login1'",
               [this](sd_bus_message* m) { on_owner_changed(m); }) &&
           subscribe_to_manager("SessionNew", [this](sd_bus_message* m) { on_session_new(m); }) &&
           subscribe_to_manager("SessionRemoved",
                                [this](sd_bus_message* m) { on_session_removed(m); }) &&
           subscribe_to_manager("PrepareForSleep",
                                [this](sd_bus_message* m) { on_prepare_for_sleep(m); }) &&
           bus_->subscribe(
               "type='signal',sender='org.freedesktop.login1',"
               "interface='org.freedesktop.login1.Session',member='Unlock'",
               [this](sd_bus_message* m) { on_unlock(m); }) &&
           bus_->subscribe(
               "type='signal',sender='org.freedesktop.login1',"
               "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',"
               "arg0='org.freedesktop.login1.Session'",
               [this](sd_bus_message* m) { on_properties_changed(m); });
}

bool LogindSource::subscribe_to_manager(const std::string& member, BusConnection::Handler handler) {
    return bus_->subscribe(
        "type='signal',sender='org.freedesktop.login1',"
        "interface='org.freedesktop.login1.Manager',member='" +
            member + "'",
        std::move(handler));
}

void LogindSource::lose_logind(const std::string& cause) {
    ++round_;
    owner_.clear();
    inhibitor_.release();
    sessions_.lose();
    if (std::exchange(loss_told_, true)) return;
    warn("login sessions out of sight: " + cause);
    sink_(core::SourceLost{core::Source::sessions, cause});
}

void LogindSource::lose_bus(const std::string& cause) {
    bus_.reset();
    steps_.lose();
    lose_logind(cause);
    retry_.expires_at(now() + backoff_.next(), [this] { connect(); });
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

bool LogindSource::from_logind(sd_bus_message* signal) const {
    const char* sender = sd_bus_message_get_sender(signal);
    return sender != nullptr && !owner_.empty() && owner_ == sender;
}

// --- sessions

void LogindSource::list_sessions() {
    const auto round = ++round_;
    auto call = bus_->method_call(logind, logind_path, logind_manager, "ListSessions");
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
    std::set<std::string> paths;
    const char* path = nullptr;
    int r = sd_bus_message_enter_container(reply, 'a', "(susso)");
    while (r >= 0 && (r = sd_bus_message_read(reply, "(susso)", nullptr, nullptr, nullptr, nullptr,
                                              &path)) > 0)
        paths.insert(path);
    if (r < 0) return lose_bus("ListSessions: malformed answer");
    inhibitor_.take(*bus_);
    sessions_.listed(paths);
    const auto round = round_;
    for (const auto& listed : paths)
        if (round == round_) fetch(listed);
    finish_round();
}

void LogindSource::fetch(const std::string& path) {
    auto call = bus_->method_call(logind, path.c_str(), dbus_properties, "GetAll");
    const bool sent = call != nullptr &&
                      sd_bus_message_append(call.get(), "s", logind_session) >= 0 &&
                      bus_->call(std::move(call), answer_limit,
                                 [this, path, round = round_](sd_bus_message* reply) {
                                     if (round != round_) return;
                                     sessions_.take(path, reply);
                                     finish_round();
                                 });
    if (!sent) lose_bus("cannot call logind");
}

void LogindSource::finish_round() {
    if (!sessions_.complete_round()) return;
    loss_told_ = false;
    backoff_.reset();
    sink_(core::SourceBack{core::Source::sessions, {}});
}

void LogindSource::on_session_new(sd_bus_message* signal) {
    const char* path = nullptr;
    if (!from_logind(signal) || sd_bus_message_read(signal, "so", nullptr, &path) < 0) return;
    sessions_.appeared(path);
    fetch(path);
}

void LogindSource::on_session_removed(sd_bus_message* signal) {
    const char* path = nullptr;
    if (!from_logind(signal) || sd_bus_message_read(signal, "so", nullptr, &path) < 0) return;
    sessions_.removed(path);
    finish_round();
}

void LogindSource::on_properties_changed(sd_bus_message* signal) {
    const char* path = sd_bus_message_get_path(signal);
    if (path == nullptr || !from_logind(signal)) return;
    if (sessions_.changed(path, signal)) fetch(path);
}

void LogindSource::on_unlock(sd_bus_message* signal) {
    const char* path = sd_bus_message_get_path(signal);
    if (path == nullptr || !from_logind(signal)) return;
    if (const auto session = sessions_.at(path)) sink_(core::UnlockAsked{*session});
}

void LogindSource::reconcile() {
    boost::asio::post(io_, [this, alive = std::weak_ptr(alive_)] {
        // Out of sight, the sessions will be listed anyway.
        if (alive.expired() || bus_ == nullptr || owner_.empty()) return;
        inhibitor_.take(*bus_);
        list_sessions();
    });
}

// --- sleep

void LogindSource::on_prepare_for_sleep(sd_bus_message* signal) {
    int begins = 0;
    if (!from_logind(signal) || sd_bus_message_read(signal, "b", &begins) < 0) return;
    if (begins != 0) return sink_(core::SleepComing{});
    inhibitor_.take(*bus_);
    sink_(core::SleepOver{});
}

void LogindSource::allow_sleep() {
    inhibitor_.release();
}

// --- what the system does to a session

void LogindSource::lock(const core::SessionId& session, core::LockStep step) {
    steps_.take(bus_, core::LockSignalled{session, step, false}, sessions_.find(session));
}

void LogindSource::offer_login(const core::SessionId& session) {
    if (const auto place = sessions_.find(session)) steps_.offer_login(bus_, *place);
}

void LogindSource::end(const core::SessionId& session) {
    const auto failed = [](const std::string& why) { warn("session not ended: " + why); };
    if (bus_ == nullptr) return failed("no message bus");
    auto call = bus_->method_call(logind, logind_path, logind_manager, "TerminateSession");
    if (call == nullptr || sd_bus_message_append(call.get(), "s", session.value.c_str()) < 0)
        return failed("cannot call logind");
    const bool sent = bus_->call(std::move(call), answer_limit, [failed](sd_bus_message* reply) {
        if (sd_bus_message_is_method_error(reply, nullptr) > 0) failed(error_text(reply));
    });
    if (!sent) failed("cannot call logind");
}

}  // namespace vaktpost::platform
