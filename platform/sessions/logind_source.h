// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "agent/ports/event_sink.h"
#include "agent/ports/session_control.h"
#include "platform/base/backoff.h"
#include "platform/base/boot_timer.h"
#include "platform/sessions/bus_connection.h"
#include "platform/sessions/lock_steps.h"
#include "platform/sessions/session_table.h"
#include "platform/sessions/sleep_inhibitor.h"

namespace vaktpost::platform {

inline constexpr const char* system_bus_address = "unix:path=/run/dbus/system_bus_socket";

// Login sessions and the machine's sleep as systemd-logind tells them, and what the system can do
// to a session. Loop thread only; nothing here waits.
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

    // LockSignalled follows from the loop, never from within the call; not ok for a step that is
    // not the system's.
    void lock(const core::SessionId& session, core::LockStep step) override;
    void offer_login(const core::SessionId& session) override;
    void end(const core::SessionId& session) override;

    // Gives up the inhibitor. The next one is taken after sleep: at logind's word or at
    // reconcile().
    void allow_sleep() override;

    // What has changed is reported, from the loop.
    void reconcile() override;

  private:
    void connect();
    bool subscribe();
    bool subscribe_to_manager(const std::string& member, BusConnection::Handler handler);
    void lose_logind(const std::string& cause);
    void lose_bus(const std::string& cause);
    void list_sessions();
    void take_list(sd_bus_message* reply);
    void fetch(const std::string& path);
    void finish_round();
    void on_session_new(sd_bus_message* signal);
    void on_session_removed(sd_bus_message* signal);
    void on_properties_changed(sd_bus_message* signal);
    void on_unlock(sd_bus_message* signal);
    void on_prepare_for_sleep(sd_bus_message* signal);
    void on_owner_changed(sd_bus_message* signal);
    [[nodiscard]] bool from_logind(sd_bus_message* signal) const;

    boost::asio::io_context& io_;
    ports::EventSink sink_;
    std::string bus_address_;
    SessionTable sessions_;
    LockSteps steps_;
    SleepInhibitor inhibitor_;
    std::shared_ptr<BusConnection> bus_;  // its handlers use what stands above
    BootTimer retry_;
    Backoff backoff_;
    std::string owner_;   // logind's unique name; empty: not there or not heard yet
    unsigned round_ = 0;  // answers to an earlier round's calls are stale
    bool loss_told_ = false;
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace vaktpost::platform
