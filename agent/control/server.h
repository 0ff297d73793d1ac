// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/control/connection.h"
#include "agent/control/message.h"
#include "agent/core/policy.h"
#include "agent/core/result.h"
#include "agent/core/state.h"
#include "agent/ports/event_sink.h"
#include "agent/ports/notifier.h"
#include "agent/ports/session_program.h"

namespace vaktpost::control {

// What the agent knows, as it is now.
struct View {
    const core::State& state;
    const core::Policy& policy;
};

// What the server asks of the agent. All of them must be set; they are called on the loop's thread
// and may not throw.
struct Hooks {
    // One JSON object; `full`: with sessions and devices, for those who may review.
    std::function<std::string(bool full)> status;

    // Used during the call that asks for it.
    std::function<View()> view;

    // What a session program starts where the desktop has no locker.
    std::function<Lockers()> lockers;

    // LockChecked, SessionLocked, SessionUnlocked and WitnessLost (of the saver and the curtain),
    // LockerFailed, LockSignalled, SignedOut, HoldRequested, ExceptionRequested, SleepComing,
    // SleepOver, MountJudged. What it changes shows in view() when it returns.
    ports::EventSink events;

    // The session program, which runs as `uid`, says that this process covers the screen. Nothing
    // is believed before somebody has looked.
    std::function<void(const core::SessionId& session, uid_t uid, pid_t process)> locker_claimed;

    // It says that our locker ended because the password was given.
    std::function<void(const core::SessionId& session)> locker_unlocked;

    // Words of vaktpost-link.
    std::function<void(const Acknowledgement&)> acknowledged;
    std::function<void(const LinkReport&)> link_reported;
};

// Who may do what beside root.
struct Privileged {
    std::optional<gid_t> reviewers;  // see sessions and devices
    std::optional<gid_t> operators;  // see devices, and allow one for a while
    std::optional<uid_t> link;       // tell what the centre has
};

struct ServerLimits {
    std::size_t connections = 64;           // of all users; root has as many of its own
    std::size_t connections_of_a_user = 8;  // root is free of this one
    int accepts_per_second = 100;           // further ones wait in the kernel's queue
    // From a user's hold to the next that counts: each one is a record.
    std::chrono::milliseconds hold_pause{5000};
    ConnectionLimits connection;
};

// The control socket; README.md describes the protocol. Anybody may connect, the kernel says who it
// is. Loop thread only.
class Server final : public ports::Notifier,
                     public ports::SessionProgram,
                     private Connection::Owner {
  public:
    Server(boost::asio::io_context& io, std::string path, Privileged privileged, Hooks hooks,
           ServerLimits limits = {});
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() override;

    // Takes the place of a socket that nobody serves any more. An error where another agent serves
    // it.
    core::Status start();

    void notify(const core::Notify& notice) override;
    void start_locker(const core::SessionId& session) override;
    void stand_down(const core::SessionId& session) override;
    void sign_out(const core::SignOut& request) override;

  private:
    using Protocol = boost::asio::local::stream_protocol;

    void accept();
    void accept_next();
    void accept_after(std::chrono::milliseconds time);
    void admit(Protocol::socket socket);
    [[nodiscard]] bool has_room_for(const Peer& peer) const;
    [[nodiscard]] Connection* find(Role role, const core::SessionId& session) const;
    void post(core::Event event);
    void replace(Role role, Connection& connection, const core::SessionId& session);
    [[nodiscard]] bool speaks(Connection& connection, Role role, const core::SessionId& session);
    [[nodiscard]] bool is_root(Connection& connection);
    [[nodiscard]] bool is_operator(const Connection& connection) const;
    [[nodiscard]] bool is_link(Connection& connection) const;
    [[nodiscard]] bool holds_again(uid_t uid);

    void on_request(Connection& connection, const Request& request) override;
    void on_closed(Connection& connection) override;
    void answer(Connection& connection, const StatusRequest& request);
    void answer(Connection& connection, const RegisterSession& request);
    void answer(Connection& connection, const RegisterCurtain& request);
    void answer(Connection& connection, const ScreenChecked& request);
    void answer(Connection& connection, const ScreenLocked& request);
    void answer(Connection& connection, const ScreenUnlocked& request);
    void answer(Connection& connection, const NextPerson& request);
    void answer(Connection& connection, const LockerFailed& request);
    void answer(Connection& connection, const SignOutEnded& request);
    void answer(Connection& connection, const HoldRequest& request);
    void answer(Connection& connection, const DevicesRequest& request);
    void answer(Connection& connection, const AllowRequest& request);
    void answer(Connection& connection, const SleepRequest& request);
    void answer(Connection& connection, const AwakeRequest& request);
    void answer(Connection& connection, const MountJudgement& request);
    void answer(Connection& connection, const Acknowledgement& request);
    void answer(Connection& connection, const LinkReport& request);

    boost::asio::io_context& io_;
    const std::string path_;
    const Privileged privileged_;
    const Hooks hooks_;
    const ServerLimits limits_;
    Protocol::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    std::vector<std::shared_ptr<Connection>> connections_;
    std::chrono::steady_clock::time_point second_began_;
    int accepts_this_second_ = 0;
    std::map<uid_t, std::chrono::steady_clock::time_point> last_hold_;
    bool bound_ = false;
    // Handlers that are on their way when the server ends find this gone.
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace vaktpost::control
