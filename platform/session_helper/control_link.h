// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-event.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/session_helper/protocol.h"
#include "platform/session_helper/timer.h"

namespace vaktpost::session_helper {

// The connection to the agent's control socket. It is made again whenever it breaks: as soon as
// something appears in the socket's directory, and after 0.25 s doubling to 30 s besides. What is
// sent while there is none is dropped; `Handlers::connected` tells the state anew.
class ControlLink {
  public:
    struct Handlers {
        void (*connected)(
            void* context);  // also after the agent refused a line: it may know the session by now
        void (*noticed)(void* context, const NoticeText& notice);
        void* context;
    };

    ControlLink(sd_event* loop, const char* path) : loop_(loop), path_(path) {}
    ControlLink(const ControlLink&) = delete;
    ControlLink& operator=(const ControlLink&) = delete;
    ~ControlLink();

    void start(const Handlers& handlers);
    void send(const Line& line);

    // As the agent named them last; kept while there is no connection.
    [[nodiscard]] const Lockers& lockers() const { return lockers_; }

  private:
    static int on_readable(sd_event_source* source, int fd, unsigned events, void* self);
    static int on_directory(sd_event_source* source, const struct inotify_event* event, void* self);
    static void on_retry(void* self);
    static void on_repeat(void* self);
    void connect();
    bool open();
    void lose();
    void watch_directory();
    bool receive();
    void take(std::string_view line);

    sd_event* loop_;
    const char* path_;
    Handlers handlers_{};
    int fd_ = -1;
    sd_event_source* readable_ = nullptr;
    sd_event_source* directory_ = nullptr;
    Timer retry_;
    Timer repeat_;
    std::uint64_t retry_delay_ = 0;  // milliseconds; 0: the first try
    std::uint64_t repeat_delay_ = 0;
    Lockers lockers_;
    char buffer_[line_limit];
    std::size_t filled_ = 0;
};

}  // namespace vaktpost::session_helper
