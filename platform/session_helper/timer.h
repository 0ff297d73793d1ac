// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-event.h>

#include <cstdint>

namespace vaktpost::session_helper {

// A one-shot timer on CLOCK_BOOTTIME; rings in the event loop.
class Timer {
  public:
    using Ring = void (*)(void* context);

    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { stop(); }

    // Replaces what was set before.
    void start(sd_event* loop, std::uint64_t milliseconds, Ring ring, void* context);
    void stop();
    [[nodiscard]] bool running() const { return source_ != nullptr; }

  private:
    static int rings(sd_event_source* source, std::uint64_t usec, void* self);

    sd_event_source* source_ = nullptr;
    Ring ring_ = nullptr;
    void* context_ = nullptr;
};

}  // namespace vaktpost::session_helper
