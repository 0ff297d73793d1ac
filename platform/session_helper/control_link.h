// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-event.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/session_helper/protocol.h"
#include "platform/session_helper/timer.h"

namespace vaktpost::session_helper {

// The connection to the agent's control socket that speaks for one session. It is made again
// whenever it breaks: as soon as something appears in the socket's directory, and after 0.25 s
// doubling to 30 s besides. An agent that does not know the session yet is asked again likewise.
// What is sent before the agent has agreed is dropped; `Handlers::registered` tells the state anew.
class ControlLink {
  public:
    struct Handlers {
        void (*registered)(void* context);                                  // the lockers are known
        void (*said)(void* context, LineKind kind, const AgentLine& line);  // a notice or an order
        void* context;
    };
    using Buffer = char[line_limit];

    // `lockers`: as an agent named them last; of the user, shared by all links.
    ControlLink(sd_event* loop, const char* path, Lockers& lockers, Buffer& buffer)
        : loop_(loop), path_(path), lockers_(lockers), buffer_(buffer) {}
    ControlLink(const ControlLink&) = delete;
    ControlLink& operator=(const ControlLink&) = delete;
    ~ControlLink() { stop(); }

    void start(std::string_view session, const Handlers& handlers);
    void stop();
    void send(const Line& line);
    // Takes back what only this connection vouches for: ends it and makes another.
    void renew();

    [[nodiscard]] bool registered() const { return registered_; }
    [[nodiscard]] const Lockers& lockers() const { return lockers_; }

  private:
    static int on_readable(sd_event_source* source, int fd, unsigned events, void* self);
    static int on_directory(sd_event_source* source, const struct inotify_event* event, void* self);
    static void on_retry(void* self);
    static void on_repeat(void* self);
    void connect();
    bool open();
    void close_socket();
    void lose();
    void watch_directory();
    bool receive();
    void take(std::string_view line);
    void refused();
    void write(const Line& line);

    sd_event* loop_;
    const char* path_;
    Lockers& lockers_;
    Buffer& buffer_;  // what came of a line that is not whole yet
    SessionId session_;
    Handlers handlers_{};
    int fd_ = -1;
    bool registered_ = false;
    sd_event_source* readable_ = nullptr;
    sd_event_source* directory_ = nullptr;
    Timer retry_;
    Timer repeat_;
    std::uint64_t retry_delay_ = 0;  // milliseconds; 0: the first try
    std::uint64_t repeat_delay_ = 0;
    std::size_t filled_ = 0;
};

}  // namespace vaktpost::session_helper
