// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>

#include "agent/ports/event_sink.h"
#include "platform/sessions/bus_connection.h"
#include "platform/sessions/session_table.h"

namespace vaktpost::platform {

// The steps towards a lock that the system takes without the user's programs: logind's signal, the
// curtain (a unit of ours that systemd starts) and the display manager's login screen. Each request
// gets exactly one LockSignalled, from the loop; one that is not answered in 3 s has failed.
// Loop thread only.
class LockSteps {
  public:
    LockSteps(boost::asio::io_context& io, ports::EventSink sink);

    // `place`: nothing where logind does not know the session; `bus`: null where there is none. The
    // curtain needs no logind.
    void take(const std::shared_ptr<BusConnection>& bus, const core::LockSignalled& request,
              const std::optional<SessionPlace>& place);

    // Switches to the login screen of the session's seat, if it has one, and tells nobody how that
    // went.
    void offer_login(const std::shared_ptr<BusConnection>& bus, const SessionPlace& place);

    // The bus is gone: what is unanswered has failed.
    void lose();

  private:
    using Number = unsigned;

    bool ask(BusConnection& bus, Number number, const SessionPlace& place);
    bool start_curtain(BusConnection& bus, Number number, const core::SessionId& session);
    bool ask_for_seats(const std::shared_ptr<BusConnection>& bus, Number number,
                       const SessionPlace& place);
    bool ask_for_sessions(const std::shared_ptr<BusConnection>& bus, Number number,
                          const std::string& user);
    struct Search;
    void ask_whose(const std::shared_ptr<BusConnection>& bus, const std::string& session,
                   const std::shared_ptr<Search>& search);
    void conclude(const std::shared_ptr<BusConnection>& bus, Search& search);
    bool switch_to_greeter(BusConnection& bus, Number number, const std::string& seat_path);
    bool send(BusConnection& bus, MessagePtr call, Number number);
    void answer(Number number, bool ok);
    void refuse_later(Number number);

    boost::asio::io_context& io_;
    ports::EventSink sink_;
    std::map<Number, core::LockSignalled> unanswered_;
    Number next_ = 0;
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

// logind's session ids are letters and digits; anything else must not become part of a unit's name.
bool valid_session_id(const core::SessionId& session);

}  // namespace vaktpost::platform
