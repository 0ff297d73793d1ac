// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <exception>
#include <utility>

#include "agent/control/message.h"
#include "platform/base/journal.h"

namespace vaktpost::control {

using boost::system::error_code;

Connection::Connection(boost::asio::local::stream_protocol::socket socket, Peer peer, Owner& owner,
                       ConnectionLimits limits)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      peer_(std::move(peer)),
      owner_(&owner),
      limits_(limits) {}

// Nothing that goes wrong with one client may end the agent.
template <class Work>
void Connection::guarded(Work work) {
    try {
        work();
    } catch (const std::exception& failure) {
        platform::warn(std::string("control socket: client dropped: ") + failure.what());
        drop();
    }
}

void Connection::start() {
    drop_after(limits_.visit);
    read();
}

void Connection::read() {
    if (owner_ == nullptr || reading_ || last_words_) return;
    reading_ = true;
    socket_.async_read_some(boost::asio::buffer(piece_),
                            [self = shared_from_this()](error_code error, std::size_t size) {
                                self->reading_ = false;
                                if (self->owner_ == nullptr) return;
                                self->guarded([&] {
                                    if (error) return self->drop();
                                    self->input_.append(self->piece_.data(), size);
                                    self->take_lines();
                                });
                            });
}

void Connection::take_lines() {
    while (owner_ != nullptr && !last_words_ && output_.empty()) {
        const auto end = input_.find('\n');
        if (end == std::string::npos) break;
        const std::string line = input_.substr(0, end);
        input_.erase(0, end + 1);
        take_line(line);
    }
    if (owner_ == nullptr || !output_.empty()) return;
    if (input_.size() > longest_line) {
        last_words_ = true;
        return send_error("line too long");
    }
    read();
}

void Connection::take_line(std::string_view line) {
    if (floods()) return drop();
    const auto request =
        line.size() > longest_line
            ? core::Result<Request>(core::Error{EBADMSG, "request", "line too long"})
            : parse_request(line);
    if (request) return owner_->on_request(*this, *request);
    last_words_ = request.error().code == EBADMSG;
    send_error(request.error().detail);
}

bool Connection::floods() {
    const auto now = std::chrono::steady_clock::now();
    if (now - second_began_ >= std::chrono::seconds(1)) {
        second_began_ = now;
        requests_this_second_ = 0;
    }
    return ++requests_this_second_ > limits_.requests_per_second;
}

void Connection::send(std::string line) {
    if (owner_ == nullptr) return;
    line += '\n';
    if (output_bytes_ + line.size() > limits_.queued_bytes)
        return boost::asio::post(socket_.get_executor(),
                                 [self = shared_from_this()] { self->drop(); });
    output_bytes_ += line.size();
    output_.push_back(std::move(line));
    if (output_.size() == 1) write();
}

void Connection::send_error(std::string_view why) {
    send(error_answer(why));
}

void Connection::write() {
    if (role_ != Role::visitor) drop_after(limits_.write);
    boost::asio::async_write(socket_, boost::asio::buffer(output_.front()),
                             [self = shared_from_this()](error_code error, std::size_t) {
                                 if (self->owner_ == nullptr) return;
                                 self->guarded([&] {
                                     if (error) return self->drop();
                                     if (self->role_ != Role::visitor) self->stay();
                                     self->output_bytes_ -= self->output_.front().size();
                                     self->output_.pop_front();
                                     if (!self->output_.empty()) return self->write();
                                     if (self->last_words_) return self->drop();
                                     self->take_lines();
                                 });
                             });
}

void Connection::become(Role role, core::SessionId session) {
    role_ = role;
    session_ = std::move(session);
    stay();
}

void Connection::drop_after(std::chrono::milliseconds time) {
    timer_.expires_after(time);
    timer_.async_wait([self = shared_from_this()](error_code error) {
        // It may have been moved while this call was already on its way.
        const bool due = self->timer_.expiry() <= std::chrono::steady_clock::now();
        if (!error && due) self->drop();
    });
}

void Connection::stay() {
    timer_.expires_at(std::chrono::steady_clock::time_point::max());
}

void Connection::drop() {
    Owner* owner = std::exchange(owner_, nullptr);
    if (owner == nullptr) return;
    const auto self = shared_from_this();
    close();
    owner->on_closed(*this);
}

void Connection::close() {
    owner_ = nullptr;
    timer_.cancel();
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace vaktpost::control
