// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/server.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <exception>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/journal.h"

namespace vaktpost::control {
namespace {

using boost::system::error_code;
using Clock = std::chrono::steady_clock;

core::Error failed(const error_code& error, const std::string& operation) {
    return core::system_error(error.value(), operation);
}

bool somebody_serves(boost::asio::io_context& io,
                     const boost::asio::local::stream_protocol::endpoint& endpoint) {
    boost::asio::local::stream_protocol::socket probe(io);
    error_code error;
    probe.connect(endpoint, error);
    return !error;
}

}  // namespace

Server::Server(boost::asio::io_context& io, std::string path, Privileged privileged, Hooks hooks,
               ServerLimits limits)
    : io_(io),
      path_(std::move(path)),
      privileged_(privileged),
      hooks_(std::move(hooks)),
      limits_(limits),
      acceptor_(io),
      pause_(io) {}

Server::~Server() {
    for (const auto& connection : connections_) connection->close();
    if (bound_) ::unlink(path_.c_str());
}

core::Status Server::start() {
    if (path_.size() >= sizeof(sockaddr_un::sun_path))
        return core::system_error(ENAMETOOLONG, "bind " + path_);
    const Protocol::endpoint endpoint(path_);
    if (somebody_serves(io_, endpoint))
        return core::Error{EADDRINUSE, "bind " + path_, "another agent serves it"};
    ::unlink(path_.c_str());
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (error) return failed(error, "open a socket");
    acceptor_.bind(endpoint, error);
    if (error) return failed(error, "bind " + path_);
    bound_ = true;
    if (::chmod(path_.c_str(), 0666) != 0) return core::system_error(errno, "chmod " + path_);
    acceptor_.listen(64, error);
    if (error) return failed(error, "listen on " + path_);
    accept();
    return core::Done{};
}

void Server::accept() {
    acceptor_.async_accept(
        [this, alive = std::weak_ptr(alive_)](error_code error, Protocol::socket socket) {
            if (alive.expired()) return;
            // Without descriptors the same connection would be offered again at once, for ever.
            if (error) return accept_after(std::chrono::seconds(1));
            try {
                admit(std::move(socket));
            } catch (const std::exception& failure) {
                platform::warn(std::string("control socket: ") + failure.what());
            }
            accept_next();
        });
}

void Server::accept_next() {
    const auto now = Clock::now();
    if (now - second_began_ >= std::chrono::seconds(1)) {
        second_began_ = now;
        accepts_this_second_ = 0;
    }
    if (++accepts_this_second_ < limits_.accepts_per_second) return accept();
    accept_after(std::chrono::ceil<std::chrono::milliseconds>(second_began_ +
                                                              std::chrono::seconds(1) - now));
}

void Server::accept_after(std::chrono::milliseconds time) {
    pause_.expires_after(time);
    pause_.async_wait([this, alive = std::weak_ptr(alive_)](error_code) {
        if (!alive.expired()) accept();
    });
}

void Server::admit(Protocol::socket socket) {
    auto peer = peer_of(socket.native_handle());
    if (!peer || !has_room_for(*peer)) return;
    Connection::Owner& owner = *this;
    connections_.push_back(std::make_shared<Connection>(std::move(socket), std::move(*peer), owner,
                                                        limits_.connection));
    connections_.back()->start();
}

bool Server::has_room_for(const Peer& peer) const {
    const auto count = [&](auto&& condition) {
        return static_cast<std::size_t>(
            std::count_if(connections_.begin(), connections_.end(),
                          [&](const auto& each) { return condition(each->peer().uid); }));
    };
    const bool root = peer.uid == 0;
    if (count([&](uid_t uid) { return (uid == 0) == root; }) >= limits_.connections) return false;
    return root ||
           count([&](uid_t uid) { return uid == peer.uid; }) < limits_.connections_of_a_user;
}

Connection* Server::find(Role role, const core::SessionId& session) const {
    for (const auto& connection : connections_)
        if (connection->is(role, session)) return connection.get();
    return nullptr;
}

// From the loop, so that whoever asked us for something is not told in the middle of it.
void Server::post(core::Event event) {
    boost::asio::post(io_,
                      [this, alive = std::weak_ptr(alive_), posted = std::move(event)]() mutable {
                          if (!alive.expired()) hooks_.events(std::move(posted));
                      });
}

void Server::on_request(Connection& connection, const Request& request) {
    std::visit([&](const auto& each) { answer(connection, each); }, request);
}

// Our locker's process is watched by the agent itself: of what a session program said, only the
// word of the desktop's screen saver goes with it.
void Server::on_closed(Connection& connection) {
    const core::SessionId session = connection.session();
    const bool covered = connection.covers;
    const bool signing_out = connection.signing_out;
    const auto witness =
        connection.role() == Role::curtain ? core::Witness::curtain : core::Witness::saver;
    std::erase_if(connections_, [&](const auto& each) { return each.get() == &connection; });
    if (signing_out) post(core::SignedOut{session, false, "exec"});
    if (covered) hooks_.events(core::WitnessLost{session, witness});
}

void Server::notify(const core::Notify& notice) {
    if (Connection* program = find(Role::session_program, notice.session))
        program->send(notice_line(notice, platform::now()));
}

void Server::start_locker(const core::SessionId& session) {
    Connection* program = find(Role::session_program, session);
    if (program != nullptr) program->send(lock_line(session));
    post(core::LockSignalled{session, core::LockStep::own_locker, program != nullptr});
}

void Server::stand_down(const core::SessionId& session) {
    if (Connection* program = find(Role::session_program, session))
        program->send(stand_down_line(session));
}

void Server::sign_out(const core::SignOut& request) {
    Connection* program = find(Role::session_program, request.session);
    if (program == nullptr) return post(core::SignedOut{request.session, false, "exec"});
    program->signing_out = true;
    program->send(sign_out_line(request));
}

}  // namespace vaktpost::control
