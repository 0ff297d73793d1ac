// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "agent/ports/event_sink.h"
#include "platform/sessions/logind_properties.h"

namespace vaktpost::platform {

// Where logind has a session.
struct SessionPlace {
    std::string path;  // object path
    core::SeatName seat;
    std::string user;  // name of the account
};

// What logind has said of its sessions, and what of it core has been told. Knows no connection: who
// owns it asks logind and hands over the answers. Loop thread only.
class SessionTable {
  public:
    explicit SessionTable(ports::EventSink sink) : sink_(std::move(sink)) {}

    // Nothing known is certain any more, and nothing is told until the next round is complete.
    void lose();

    // Every session there is. Those that are not among them are closed, of the others `fetch` must
    // ask.
    void listed(const std::set<std::string>& paths);
    void appeared(const std::string& path);
    void removed(const std::string& path);

    // GetAll's answer, or the error that came instead.
    void take(const std::string& path, sd_bus_message* reply);

    // A PropertiesChanged signal. True: it did not say everything, GetAll has to.
    bool changed(const std::string& path, sd_bus_message* signal);

    // True once after each loss, when every listed session has been told.
    bool complete_round();

    // Whose object that is, as core knows it.
    [[nodiscard]] std::optional<core::SessionId> at(const std::string& path) const;
    [[nodiscard]] std::optional<SessionPlace> find(const core::SessionId& id) const;

  private:
    struct Session {
        LogindProperties now;
        bool complete = false;  // GetAll has answered
        std::optional<core::SessionInfo> reported;
        bool reported_locked = false;
    };
    using Sessions = std::map<std::string, Session>;  // by object path

    void report(Session& session);
    void drop(Sessions::iterator gone);

    ports::EventSink sink_;
    Sessions sessions_;
    std::set<std::string> awaited_;     // paths whose first properties are missing
    std::set<core::SessionId> before_;  // told before the loss and not yet again
    bool listed_ = false;               // since the loss
    bool ready_ = false;                // the round is complete and no loss since
};

}  // namespace vaktpost::platform
