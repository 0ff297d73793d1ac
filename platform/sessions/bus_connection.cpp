// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/bus_connection.h"

#include <poll.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace vaktpost::platform {

namespace asio = boost::asio;

namespace {

// Messages handled in one go before the loop's other business gets its turn.
constexpr int batch = 32;

int deliver(sd_bus_message* message, void* handler, sd_bus_error*) {
    (*static_cast<BusConnection::Handler*>(handler))(message);
    return 0;
}

// sd-bus keeps the handler as long as the slot, and the slot as long as the connection or until the
// answer came.
void hand_over(sd_bus_slot* slot, std::unique_ptr<BusConnection::Handler> handler) {
    static_cast<void>(handler.release());  // deleted by what follows
    sd_bus_slot_set_destroy_callback(
        slot, [](void* kept) { delete static_cast<BusConnection::Handler*>(kept); });
    sd_bus_slot_set_floating(slot, 1);
    sd_bus_slot_unref(slot);
}

}  // namespace

// What the loop waits for on the bus's behalf. The descriptor is sd-bus's own: released here, never
// closed.
struct BusConnection::Wait {
    explicit Wait(asio::io_context& io) : descriptor(io), timer(io) {}
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait() {
        if (descriptor.is_open()) descriptor.release();
    }

    asio::posix::stream_descriptor descriptor;
    asio::steady_timer timer;  // sd-bus counts on CLOCK_MONOTONIC, as this clock does
    bool readable_awaited = false;
    bool writable_awaited = false;
};

BusConnection::BusConnection(asio::io_context& io, EndHandler ended)
    : io_(io), ended_(std::move(ended)), wait_(std::make_unique<Wait>(io)) {}

BusConnection::~BusConnection() {
    wait_.reset();
    sd_bus_close_unref(bus_);
}

core::Result<std::shared_ptr<BusConnection>> BusConnection::open(asio::io_context& io,
                                                                 const std::string& address,
                                                                 EndHandler ended) {
    std::shared_ptr<BusConnection> connection(new BusConnection(io, std::move(ended)));
    if (auto connected = connection->connect(address); !connected) return connected.error();
    connection->arm();
    return connection;
}

core::Status BusConnection::connect(const std::string& address) {
    int r = sd_bus_new(&bus_);
    if (r >= 0) r = sd_bus_set_address(bus_, address.c_str());
    if (r >= 0) r = sd_bus_set_bus_client(bus_, 1);
    if (r >= 0) r = sd_bus_start(bus_);
    if (r < 0) return core::system_error(-r, "connect to the message bus");
    return core::Done{};
}

MessagePtr BusConnection::method_call(const char* destination, const char* path,
                                      const char* interface, const char* member) {
    sd_bus_message* message = nullptr;
    if (bus_ == nullptr ||
        sd_bus_message_new_method_call(bus_, &message, destination, path, interface, member) < 0)
        return nullptr;
    return MessagePtr(message);
}

bool BusConnection::call(MessagePtr message, core::Duration timeout, Handler reply) {
    if (bus_ == nullptr || message == nullptr) return false;
    auto handler = std::make_unique<Handler>(std::move(reply));
    sd_bus_slot* slot = nullptr;
    const auto limit = static_cast<std::uint64_t>(timeout.count());
    if (sd_bus_call_async(bus_, &slot, message.get(), deliver, handler.get(), limit) < 0)
        return false;
    hand_over(slot, std::move(handler));
    arm();
    return true;
}

bool BusConnection::subscribe(const std::string& match, Handler handler) {
    if (bus_ == nullptr) return false;
    auto kept = std::make_unique<Handler>(std::move(handler));
    sd_bus_slot* slot = nullptr;
    // Without an install callback sd-bus closes the connection when the bus refuses the rule.
    if (sd_bus_add_match_async(bus_, &slot, match.c_str(), deliver, nullptr, kept.get()) < 0)
        return false;
    hand_over(slot, std::move(kept));
    arm();
    return true;
}

// By value: this call keeps the connection alive while its handlers give it up.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void BusConnection::process(std::shared_ptr<BusConnection> self) {
    self->processing_ = true;
    int r = 1;
    for (int i = 0; i < batch && r > 0; ++i) {
        r = sd_bus_process(self->bus_, nullptr);
        if (self.use_count() == 1) return;  // a handler gave this connection up
    }
    self->processing_ = false;
    if (r < 0) return self->end(-r);
    if (r > 0) return self->process_later();
    self->arm();
}

// Descriptor, events and timeout may all have changed after any use of the bus.
void BusConnection::arm() {
    if (processing_ || bus_ == nullptr) return;
    const int fd = sd_bus_get_fd(bus_);
    const int events = sd_bus_get_events(bus_);
    if (fd < 0 || events < 0) return process_later();  // closed: sd_bus_process() says why
    auto& descriptor = wait_->descriptor;
    if (descriptor.is_open() && descriptor.native_handle() != fd) {
        wait_ = std::make_unique<Wait>(io_);
        return arm();
    }
    if (!descriptor.is_open()) {
        boost::system::error_code failed;
        descriptor.assign(fd, failed);
        if (failed) return end_later(failed.value());
    }
    wait_for_descriptor(static_cast<short>(events));
    wait_for_time();
}

void BusConnection::wait_for_descriptor(short events) {
    using Descriptor = asio::posix::stream_descriptor;
    const auto await = [this](bool Wait::*awaited, Descriptor::wait_type type) {
        if (wait_.get()->*awaited) return;
        wait_.get()->*awaited = true;
        wait_->descriptor.async_wait(
            type, [weak = weak_from_this(), awaited](const boost::system::error_code& cancelled) {
                auto self = weak.lock();
                if (cancelled || self == nullptr || self->bus_ == nullptr) return;
                self->wait_.get()->*awaited = false;
                process(std::move(self));
            });
    };
    if ((events & POLLIN) != 0) await(&Wait::readable_awaited, Descriptor::wait_read);
    if ((events & POLLOUT) != 0) await(&Wait::writable_awaited, Descriptor::wait_write);
}

void BusConnection::wait_for_time() {
    constexpr std::uint64_t never = UINT64_MAX;
    std::uint64_t at =
        never;  // microseconds of CLOCK_MONOTONIC; 0: messages are queued, no descriptor will tell
    if (sd_bus_get_timeout(bus_, &at) < 0 || at == never) {
        wait_->timer.cancel();
        return;
    }
    if (at == 0) return process_later();
    using Clock = asio::steady_timer::clock_type;
    wait_->timer.expires_at(Clock::time_point(std::chrono::microseconds(at)));
    wait_->timer.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        auto self = weak.lock();
        if (!cancelled && self != nullptr && self->bus_ != nullptr) process(std::move(self));
    });
}

void BusConnection::process_later() {
    asio::post(io_, [weak = weak_from_this()] {
        auto self = weak.lock();
        if (self != nullptr && self->bus_ != nullptr) process(std::move(self));
    });
}

void BusConnection::end_later(int error) {
    asio::post(io_, [weak = weak_from_this(), error] {
        if (const auto self = weak.lock()) self->end(error);
    });
}

void BusConnection::end(int error) {
    wait_ = std::make_unique<Wait>(io_);
    bus_ = sd_bus_close_unref(bus_);
    if (auto ended = std::exchange(ended_, nullptr))
        ended(core::system_error(error, "message bus"));
}

}  // namespace vaktpost::platform
