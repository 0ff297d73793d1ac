// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/server.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
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

Server::Server(boost::asio::io_context& io, std::string path, std::optional<gid_t> reviewers,
               Hooks hooks, ServerLimits limits)
    : io_(io),
      path_(std::move(path)),
      reviewers_(reviewers),
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

Connection* Server::program_of(const core::SessionId& session) const {
    for (const auto& connection : connections_)
        if (connection->session() == session) return connection.get();
    return nullptr;
}

void Server::on_request(Connection& connection, const Request& request) {
    std::visit([&](const auto& each) { answer(connection, each); }, request);
}

void Server::on_closed(Connection& connection) {
    const auto session = connection.session();
    std::erase_if(connections_, [&](const auto& each) { return each.get() == &connection; });
    if (session) hooks_.session_program_lost(*session);
}

void Server::answer(Connection& connection, const StatusRequest&) {
    connection.send(status_answer(hooks_.status(may_review(connection.peer(), reviewers_))));
}

void Server::answer(Connection& connection, const RegisterSession& request) {
    if (connection.session()) return connection.send_error("already registered");
    const auto lockers = hooks_.admit_session_program(connection.peer().uid, request.session);
    if (!lockers) return connection.send_error("not a session of this user");
    if (Connection* before = program_of(request.session)) {
        before->close();
        on_closed(*before);
    }
    connection.become_program_of(request.session);
    connection.send(session_answer(*lockers));
}

void Server::answer(Connection& connection, const LockerLocked& request) {
    if (connection.session() != request.session)
        return connection.send_error("not the program of this session");
    connection.send(done_answer());
    hooks_.events(core::SessionLocked{request.session, core::Witness::locker});
}

void Server::answer(Connection& connection, const LockerUnlocked& request) {
    if (connection.session() != request.session)
        return connection.send_error("not the program of this session");
    connection.send(done_answer());
    hooks_.events(core::SessionUnlocked{request.session, core::Witness::locker});
}

void Server::answer(Connection& connection, const LockerFailed& request) {
    if (connection.session() != request.session)
        return connection.send_error("not the program of this session");
    connection.send(done_answer());
    hooks_.locker_failed(request.session, request.cause);
}

void Server::notify(const core::Notify& notice) {
    if (Connection* program = program_of(notice.session))
        program->send(notice_line(notice, platform::now()));
}

}  // namespace vaktpost::control
