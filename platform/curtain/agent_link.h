// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-event.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/unique_fd.h"

namespace vaktpost::curtain {

// The connection to the agent's control socket. It is made again whenever it breaks and whenever
// the agent refuses a line, first after a quarter of a second, at most every 5 s; each time the
// agent is told what is so now. The curtain does not depend on it.
class AgentLink {
  public:
    AgentLink(sd_event* loop, std::string session, std::string socket);
    AgentLink(const AgentLink&) = delete;
    AgentLink& operator=(const AgentLink&) = delete;
    ~AgentLink();

    void start() { connect(); }
    void covered();
    // Somebody else wants to log in: the agent may bring a login screen. The curtain stays a
    // witness, since it covers the session again the moment that is in front.
    void next_person();
    // The password was given. Nothing may be said after this.
    void uncovered();

  private:
    static int on_readable(sd_event_source* source, int fd, std::uint32_t events, void* self);
    static int on_time(sd_event_source* source, std::uint64_t time, void* self);
    void connect();
    bool open();
    void lose();
    void send(const std::string& line);
    bool receive();
    bool take(std::string_view line);

    sd_event* loop_;
    std::string session_;
    std::string path_;
    platform::UniqueFd socket_;
    sd_event_source* readable_ = nullptr;
    sd_event_source* retry_ = nullptr;
    std::uint64_t delay_;  // microseconds
    unsigned unanswered_ = 0;
    std::string received_;
    bool covered_ = false;
};

}  // namespace vaktpost::curtain
