// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <linux/input.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/ports/activity_source.h"
#include "agent/ports/event_sink.h"
#include "platform/activity/input_system.h"
#include "platform/base/boot_timer.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::platform {

// When somebody last used keyboard, pointer, touch screen or tablet. Loop thread only.
//
// The kernel queues the events; as long as watch() is off nobody polls the devices, so a mouse at
// 1000 Hz does not wake the agent once. Each device's ring keeps its newest event even when it
// overflows (linux/drivers/input/evdev.c).
//
// Failure direction: a device that cannot be read gives no activity, so the idle lock comes sooner.
class EvdevActivity final : public ports::ActivitySource {
  public:
    EvdevActivity(boost::asio::io_context& io, ports::EventSink sink,
                  InputSystem system = evdev_input_system());
    ~EvdevActivity() override;

    // Takes up all devices present; SourceBack{activity} follows from within, or SourceLost when
    // every one of them is closed to us. No device at all is no loss: a machine may be without one
    // for a while.
    void start();

    // The kernel's uevent for an input node; anything but "add" and "remove" of an event node is
    // ignored.
    void input_changed(std::string_view action, const std::string& node);

    // After lost uevents: takes up what is there and unknown, drops what is gone.
    void rescan();

    void drain() override;

    // On: the first activity is reported at once, further ones at most every 200 ms.
    void watch(bool on) override;

  private:
    struct Device {
        UniqueFd fd;
        std::optional<core::SeatName> seat;
        std::optional<boost::asio::posix::stream_descriptor>
            wait;  // only while polled; fd stays ours
    };

    enum class Opening { counted, not_counted, failed, denied };

    Opening open(const std::string& node);
    void close(std::map<std::string, Device>::iterator device);
    void report_state(bool any_denied);
    const core::SeatName& seat_of(const std::string& node, Device& device);
    void poll(Device& device);
    void stop_polling();
    static void stop_polling(Device& device);
    void on_readable();

    boost::asio::io_context& io_;
    ports::EventSink sink_;
    InputSystem system_;
    BootTimer retry_;
    BootTimer throttle_;
    std::map<std::string, Device> devices_;             // by node
    std::map<core::SeatName, core::Instant> reported_;  // newest activity told, by seat
    std::array<input_event, 64> buffer_{};              // wiped after each use
    bool watching_ = false;
    std::optional<bool> available_;  // as last reported
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace vaktpost::platform
