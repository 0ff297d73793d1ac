// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "agent/control/peer.h"
#include "agent/control/request.h"

namespace vaktpost::control {

struct ConnectionLimits {
    // A client that has not become anything else than a visitor is gone by then: what it came for
    // takes milliseconds.
    std::chrono::milliseconds visit{5000};
    // One that stays and does not read what it is sent for so long is dropped.
    std::chrono::milliseconds write{5000};
    std::size_t queued_bytes = 256 << 10;
    int requests_per_second = 50;
};

enum class Role {
    visitor,          // asks and leaves
    session_program,  // speaks for its session, and stays
    curtain,          // covers its session, and stays
};

// One client. Lines are answered one at a time: the next is looked at when the answer to the last
// has left, so a client that does not read cannot make us work. Loop thread only.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    class Owner {
      public:
        virtual void on_request(Connection& connection, const Request& request) = 0;
        // The last call for this connection, unless the owner closed it.
        virtual void on_closed(Connection& connection) = 0;

      protected:
        ~Owner() = default;
    };

    Connection(boost::asio::local::stream_protocol::socket socket, Peer peer, Owner& owner,
               ConnectionLimits limits);

    void start();

    // Queues one line, without its line break. When too much is queued already the client is
    // dropped, but not before this call has returned: whoever tells a client something is not told
    // in the middle of it that the client has gone.
    void send(std::string line);
    void send_error(std::string_view why);

    // No call of the owner follows.
    void close();

    // It is no visitor any more, and may stay.
    void become(Role role, core::SessionId session);

    [[nodiscard]] const Peer& peer() const { return peer_; }
    [[nodiscard]] bool is(Role role, const core::SessionId& session) const {
        return role_ == role && session_ == session;
    }
    [[nodiscard]] Role role() const { return role_; }
    [[nodiscard]] const core::SessionId& session() const { return session_; }

    // What this client has said last, for when it is gone.
    bool covers = false;       // the desktop's screen saver, or the curtain, covers the screen
    bool signing_out = false;  // it was given a sign-out command and has not said how that ended

  private:
    void read();
    void write();
    void take_lines();
    void take_line(std::string_view line);
    [[nodiscard]] bool floods();
    void drop_after(std::chrono::milliseconds time);
    void stay();  // takes drop_after back
    void drop();
    template <class Work>
    void guarded(Work work);

    boost::asio::local::stream_protocol::socket socket_;
    boost::asio::steady_timer timer_;
    const Peer peer_;
    Owner* owner_;  // null: closed
    const ConnectionLimits limits_;
    Role role_ = Role::visitor;
    core::SessionId session_;  // empty: a visitor

    std::array<char, 512> piece_{};
    std::string input_;
    std::deque<std::string> output_;  // the first is being written
    std::size_t output_bytes_ = 0;
    bool reading_ = false;
    bool last_words_ = false;  // nothing is read any more; closed when the output has left

    std::chrono::steady_clock::time_point second_began_;
    int requests_this_second_ = 0;
};

}  // namespace vaktpost::control
