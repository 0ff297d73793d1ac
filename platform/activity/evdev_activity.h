// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <linux/input.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "agent/ports/activity_source.h"
#include "agent/ports/event_sink.h"
#include "platform/activity/device_poll.h"
#include "platform/activity/grab_watch.h"
#include "platform/activity/input_rules.h"
#include "platform/activity/input_system.h"
#include "platform/base/boot_timer.h"

namespace vaktpost::platform {

// When somebody last used keyboard, pointer, touch screen or tablet, and with what a seat can be
// unlocked: ActivitySeen, InputChanged, SourceLost and SourceBack{activity}. Loop thread only.
//
// The kernel queues the events; as long as watch() is off nobody polls the devices, so a mouse at
// 1000 Hz does not wake the agent once. Each ring keeps its newest event even when it overflows
// (linux/drivers/input/evdev.c).
//
// Failure direction: a device that cannot be read gives no activity, so the idle lock comes sooner;
// and it passes for a keyboard, so that a lock is not left out because nobody could undo it.
class EvdevActivity final : public ports::ActivitySource {
  public:
    EvdevActivity(boost::asio::io_context& io, ports::EventSink sink,
                  InputSystem system = evdev_input_system());
    ~EvdevActivity() override;

    // What counts as a person; before start() and whenever the policy changes. Touches only the
    // devices that the change is about.
    void configure(const InputRules& rules);

    // Takes up all devices present; InputChanged of each seat that has one and of seat0, then
    // SourceBack{activity} follow from within, or SourceLost when every device is closed to us. No
    // device at all is no loss: a machine may be without one for a while.
    void start();

    // The kernel's uevent for an input node; anything but "add" and "remove" of an event node is
    // ignored.
    void input_changed(std::string_view action, const std::string& node);

    // After lost uevents: takes up what is there and unknown, drops what is gone.
    void rescan();

    // Per seat the newest deliberate activity, then the newest movement if that is newer.
    void drain() override;

    // On: the first activity is reported at once, further ones at most every 200 ms.
    void watch(bool on) override;

  private:
    struct Device {
        InputDevice input;  // without descriptors where it does not count
        std::optional<core::SeatName> seat;
        bool used = false;  // somebody did something deliberate with it
        DevicePoll poll;
    };
    using Devices = std::map<std::string, Device>;  // by node
    struct Times {
        core::Instant deliberate;
        core::Instant movement;
    };
    void take_up(const std::string& node);
    void close(Devices::iterator device);
    void apply_rules(Devices::iterator device);

    void report_means();
    void report_state();
    const core::SeatName& seat_of(const std::string& node, Device& device);
    void resolve_seats();
    void wait_for_seats();

    void read_all();
    bool read(const std::string& node, Device& device, Times& newest);
    void report(const core::SeatName& seat, const Times& newest);
    void poll(Device& device);
    void poll_all();
    void stop_polling();
    void on_readable();

    boost::asio::io_context& io_;
    ports::EventSink sink_;
    InputSystem system_;
    InputRules rules_;
    BootTimer retry_;
    bool retrying_ = false;
    BootTimer throttle_;
    BootTimer seat_wait_;
    int seat_waits_ = 0;  // in a row
    Devices devices_;
    std::set<std::string> denied_;                          // nodes that we may not read
    std::map<core::SeatName, Times> reported_;              // newest activity told
    std::map<core::SeatName, UnlockMeans> reported_means_;  // as last told
    std::array<input_event, 64> buffer_{};                  // wiped after each use
    bool watching_ = false;
    std::optional<bool> available_;  // as last reported
    GrabWatch grabs_;
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace vaktpost::platform
