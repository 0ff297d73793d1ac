// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/ports/event_sink.h"
#include "agent/ports/session_control.h"
#include "platform/base/boot_timer.h"
#include "platform/sessions/backoff.h"
#include "platform/sessions/bus_connection.h"
#include "platform/sessions/logind_properties.h"

namespace vaktpost::platform {

inline constexpr const char* system_bus_address = "unix:path=/run/dbus/system_bus_socket";

// Login sessions as systemd-logind tells them, and its lock request. Loop thread only; nothing here
// waits.
//
// At start and after each loss everything is reported anew: SessionOpened for each session,
// SessionLocked for those whose LockedHint is set, SourceBack. SessionOpened is also repeated when
// a session becomes another kind, as sway's does (a console login turns Wayland). A logind that was
// restarted has forgotten its hints, so the silence of a hint after a loss is never reported as an
// unlock.
//
// Signals count only if they come from the connection that owns logind's name: the system bus lets
// anybody send a signal straight to us.
class LogindSource final : public ports::SessionControl {
  public:
    LogindSource(boost::asio::io_context& io, ports::EventSink sink,
                 std::string bus_address = system_bus_address);

    void start();

    // LockSignalled follows from the loop, never from within the call.
    void lock(const core::SessionId& session) override;

  private:
    struct Session {
        LogindProperties now;
        bool complete = false;  // GetAll has answered
        std::optional<core::SessionInfo> reported;
        bool reported_locked = false;
    };

    void connect();
    bool subscribe();
    void lose_logind(const std::string& cause);
    void lose_bus(const std::string& cause);
    void list_sessions();
    void take_list(sd_bus_message* reply);
    bool fetch(const std::string& path);
    void take_properties(const std::string& path, sd_bus_message* reply);
    void finish_round();
    void report(Session& session);
    void on_session_new(sd_bus_message* signal);
    void on_session_removed(sd_bus_message* signal);
    void on_properties_changed(sd_bus_message* signal);
    void on_owner_changed(sd_bus_message* signal);
    [[nodiscard]] bool from_logind(sd_bus_message* signal) const;
    void answer(const core::SessionId& session, bool ok);
    void refuse(const core::SessionId& session);

    boost::asio::io_context& io_;
    ports::EventSink sink_;
    std::string bus_address_;
    std::shared_ptr<BusConnection> bus_;
    BootTimer retry_;
    Backoff backoff_;
    std::string owner_;   // logind's unique name; empty: not there or not heard yet
    unsigned round_ = 0;  // answers to an earlier round's calls are stale
    std::map<std::string, Session> sessions_;  // by object path
    std::set<std::string> awaited_;  // paths whose first properties are missing before SourceBack
    std::set<core::SessionId> before_;           // told before the loss and not yet again
    std::multiset<core::SessionId> unanswered_;  // lock requests
    bool ready_ = false;                         // SourceBack was reported and no loss since
    bool loss_told_ = false;
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace vaktpost::platform
