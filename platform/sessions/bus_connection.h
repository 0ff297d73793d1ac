// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "agent/core/result.h"
#include "agent/core/time.h"

namespace vaktpost::platform {

struct MessageDeleter {
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using MessagePtr = std::unique_ptr<sd_bus_message, MessageDeleter>;

// One life of a connection to a message bus (dbus.freedesktop.org, sd-bus(3)), driven by the loop
// without a single call that waits. Loop thread only. When it ends it has ended: a new connection
// takes a new object. Everything that was asked through it is forgotten with it.
class BusConnection : public std::enable_shared_from_this<BusConnection> {
  public:
    // The message is sd-bus's and valid during the call only.
    using Handler = std::function<void(sd_bus_message*)>;
    using EndHandler = std::function<void(const core::Error&)>;

    // Starts connecting; calls and subscriptions may be queued at once. `address` names exactly one
    // place
    // ("unix:path=…"), since sd-bus would otherwise change its descriptor behind the loop's back.
    // `ended` is called at most once, from the loop, when the bus has gone.
    static core::Result<std::shared_ptr<BusConnection>> open(boost::asio::io_context& io,
                                                             const std::string& address,
                                                             EndHandler ended);

    BusConnection(const BusConnection&) = delete;
    BusConnection& operator=(const BusConnection&) = delete;
    ~BusConnection();

    // A new method call, to be filled by sd_bus_message_append(3). Null when out of memory or not
    // connected.
    MessagePtr method_call(const char* destination, const char* path, const char* interface,
                           const char* member);

    // Sends it; `reply` gets the answer, or the error that stands for it when none comes within
    // `timeout`. False: it was not sent and `reply` will not be called.
    bool call(MessagePtr message, core::Duration timeout, Handler reply);

    // Asks the bus for the signals of a match rule. The connection ends when the bus refuses it: a
    // source that does not hear must not look alive.
    bool subscribe(const std::string& match, Handler handler);

  private:
    struct Wait;

    BusConnection(boost::asio::io_context& io, EndHandler ended);
    core::Status connect(const std::string& address);
    static void process(std::shared_ptr<BusConnection> self);
    void arm();
    void wait_for_descriptor(short events);
    void wait_for_time();
    void process_later();
    void end_later(int error);
    void end(int error);

    boost::asio::io_context& io_;
    EndHandler ended_;
    sd_bus* bus_ = nullptr;
    std::unique_ptr<Wait> wait_;
    bool processing_ = false;
};

}  // namespace vaktpost::platform
