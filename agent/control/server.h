// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/control/connection.h"
#include "agent/control/message.h"
#include "agent/core/result.h"
#include "agent/ports/event_sink.h"
#include "agent/ports/notifier.h"

namespace vaktpost::control {

// What the server asks of the agent. All of them must be set; they are called on the loop's thread
// and may not throw.
struct Hooks {
    // One JSON object; `full`: with sessions and devices, for those who may review.
    std::function<std::string(bool full)> status;

    // Nothing: that session is not this user's.
    std::function<std::optional<Lockers>(std::uint32_t uid, const core::SessionId& session)>
        admit_session_program;

    // SessionLocked and SessionUnlocked, with Witness::locker.
    ports::EventSink events;

    // The user's program wrote `cause`: hostile, at most 256 bytes.
    std::function<void(const core::SessionId& session, const std::string& cause)> locker_failed;

    // Its connection ended, or another one took its place: what it last said is no longer vouched
    // for.
    std::function<void(const core::SessionId& session)> session_program_lost;
};

struct ServerLimits {
    std::size_t connections = 64;           // of all users; root has as many of its own
    std::size_t connections_of_a_user = 8;  // root is free of this one
    int accepts_per_second = 100;           // further ones wait in the kernel's queue
    ConnectionLimits connection;
};

// The control socket; README.md describes the protocol. Anybody may connect, the kernel says who it
// is. Loop thread only.
class Server final : public ports::Notifier, private Connection::Owner {
  public:
    Server(boost::asio::io_context& io, std::string path, std::optional<gid_t> reviewers,
           Hooks hooks, ServerLimits limits = {});
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() override;

    // Takes the place of a socket that nobody serves any more. An error where another agent serves
    // it.
    core::Status start();

    void notify(const core::Notify& notice) override;

  private:
    using Protocol = boost::asio::local::stream_protocol;

    void accept();
    void accept_next();
    void accept_after(std::chrono::milliseconds time);
    void admit(Protocol::socket socket);
    [[nodiscard]] bool has_room_for(const Peer& peer) const;
    [[nodiscard]] Connection* program_of(const core::SessionId& session) const;

    void on_request(Connection& connection, const Request& request) override;
    void on_closed(Connection& connection) override;
    void answer(Connection& connection, const StatusRequest& request);
    void answer(Connection& connection, const RegisterSession& request);
    void answer(Connection& connection, const LockerLocked& request);
    void answer(Connection& connection, const LockerUnlocked& request);
    void answer(Connection& connection, const LockerFailed& request);

    boost::asio::io_context& io_;
    const std::string path_;
    const std::optional<gid_t> reviewers_;
    const Hooks hooks_;
    const ServerLimits limits_;
    Protocol::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    std::vector<std::shared_ptr<Connection>> connections_;
    std::chrono::steady_clock::time_point second_began_;
    int accepts_this_second_ = 0;
    bool bound_ = false;
    // Handlers that are on their way when the server ends find this gone.
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace vaktpost::control
