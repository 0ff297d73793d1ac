// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/lock_steps.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/sessions/logind_names.h"

namespace vaktpost::platform {

namespace {

// A request unanswered by then counts as not sent, well before the policy's lock_deadline.
constexpr core::Duration step_limit = std::chrono::seconds(3);

constexpr const char* display_manager = "org.freedesktop.DisplayManager";
constexpr const char* display_manager_path = "/org/freedesktop/DisplayManager";
constexpr const char* display_manager_seat = "org.freedesktop.DisplayManager.Seat";
constexpr const char* display_manager_session = "org.freedesktop.DisplayManager.Session";

bool answered_well(sd_bus_message* reply) {
    return sd_bus_message_is_method_error(reply, nullptr) == 0;
}

std::vector<std::string> read_paths(sd_bus_message* reply) {
    std::vector<std::string> paths;
    const char* path = nullptr;
    if (sd_bus_message_enter_container(reply, 'v', "ao") < 0 ||
        sd_bus_message_enter_container(reply, 'a', "o") < 0)
        return paths;
    while (sd_bus_message_read(reply, "o", &path) > 0) paths.emplace_back(path);
    return paths;
}

// A list of object paths that the display manager keeps.
bool get_list(BusConnection& bus, const char* property,
              std::function<void(const std::vector<std::string>&)> then) {
    auto call = bus.method_call(display_manager, display_manager_path, dbus_properties, "Get");
    if (call == nullptr || sd_bus_message_set_auto_start(call.get(), 0) < 0 ||
        sd_bus_message_append(call.get(), "ss", display_manager, property) < 0)
        return false;
    return bus.call(std::move(call), step_limit, [then = std::move(then)](sd_bus_message* reply) {
        then(answered_well(reply) ? read_paths(reply) : std::vector<std::string>());
    });
}

struct Whose {
    std::string user;
    std::string seat;  // object of the display manager
};

Whose read_session(sd_bus_message* reply) {
    Whose whose;
    if (!answered_well(reply) || sd_bus_message_enter_container(reply, 'a', "{sv}") < 0)
        return whose;
    while (sd_bus_message_enter_container(reply, 'e', "sv") > 0) {
        const char* key = "";
        const char* value = "";
        if (sd_bus_message_read(reply, "s", &key) < 0) return {};
        const std::string_view name(key);
        if (name == "UserName" && sd_bus_message_read(reply, "v", "s", &value) > 0)
            whose.user = value;
        else if (name == "Seat" && sd_bus_message_read(reply, "v", "o", &value) > 0)
            whose.seat = value;
        else if (name != "UserName" && name != "Seat" && sd_bus_message_skip(reply, "v") < 0)
            return {};
        if (sd_bus_message_exit_container(reply) < 0) return {};
    }
    return whose;
}

}  // namespace

bool valid_session_id(const core::SessionId& session) {
    constexpr std::size_t longest = 63;
    const auto letter_or_digit = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return !session.empty() && session.value.size() <= longest &&
           std::all_of(session.value.begin(), session.value.end(), letter_or_digit);
}

// Which seat of the display manager a user's sessions are on.
struct LockSteps::Search {
    Number number = 0;
    std::string user;
    std::size_t waiting = 0;      // for so many answers
    std::set<std::string> seats;  // objects of the display manager
};

LockSteps::LockSteps(boost::asio::io_context& io, ports::EventSink sink)
    : io_(io), sink_(std::move(sink)) {}

void LockSteps::take(const std::shared_ptr<BusConnection>& bus, const core::LockSignalled& request,
                     const std::optional<SessionPlace>& place) {
    const auto number = next_++;
    unanswered_.emplace(number, request);
    bool sent = false;
    if (bus != nullptr && request.step == core::LockStep::curtain)
        sent = start_curtain(*bus, number, request.id);
    else if (bus != nullptr && place && request.step == core::LockStep::greeter)
        sent = ask_for_seats(bus, number, *place);
    else if (bus != nullptr && place &&
             (request.step == core::LockStep::ask || request.step == core::LockStep::ask_again))
        sent = ask(*bus, number, *place);
    if (!sent) refuse_later(number);
}

// No request waits under that number: its answer goes nowhere.
void LockSteps::offer_login(const std::shared_ptr<BusConnection>& bus, const SessionPlace& place) {
    if (bus != nullptr) static_cast<void>(ask_for_seats(bus, next_++, place));
}

bool LockSteps::ask(BusConnection& bus, Number number, const SessionPlace& place) {
    return send(bus, bus.method_call(logind, place.path.c_str(), logind_session, "Lock"), number);
}

bool LockSteps::start_curtain(BusConnection& bus, Number number, const core::SessionId& session) {
    if (!valid_session_id(session)) return false;
    const auto unit = "vaktpost-curtain@" + session.value + ".service";
    auto call = bus.method_call("org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                                "org.freedesktop.systemd1.Manager", "StartUnit");
    if (call == nullptr || sd_bus_message_append(call.get(), "ss", unit.c_str(), "replace") < 0)
        return false;
    return send(bus, std::move(call), number);
}

// The display manager numbers its seats in the order in which it met them: only the one there is
// can be told to be seat0 by that. Of several it is the one with the user's session, since another
// one's screen is not to be covered.
bool LockSteps::ask_for_seats(const std::shared_ptr<BusConnection>& bus, Number number,
                              const SessionPlace& place) {
    return get_list(
        *bus, "Seats", [this, weak = std::weak_ptr(bus), number, place](const auto& seats) {
            const auto still = weak.lock();
            const bool alone = seats.size() == 1 && place.seat.value == "seat0";
            const bool sent =
                still != nullptr &&
                (alone ? switch_to_greeter(*still, number, seats.front())
                       : seats.size() > 1 && ask_for_sessions(still, number, place.user));
            if (!sent) answer(number, false);
        });
}

bool LockSteps::ask_for_sessions(const std::shared_ptr<BusConnection>& bus, Number number,
                                 const std::string& user) {
    return get_list(
        *bus, "Sessions", [this, weak = std::weak_ptr(bus), number, user](const auto& sessions) {
            const auto still = weak.lock();
            if (still == nullptr || sessions.empty()) return answer(number, false);
            const auto search = std::make_shared<Search>(Search{number, user, sessions.size(), {}});
            for (const auto& session : sessions) ask_whose(still, session, search);
        });
}

void LockSteps::ask_whose(const std::shared_ptr<BusConnection>& bus, const std::string& session,
                          const std::shared_ptr<Search>& search) {
    auto call = bus->method_call(display_manager, session.c_str(), dbus_properties, "GetAll");
    const bool asked = call != nullptr && sd_bus_message_set_auto_start(call.get(), 0) >= 0 &&
                       sd_bus_message_append(call.get(), "s", display_manager_session) >= 0 &&
                       bus->call(std::move(call), step_limit,
                                 [this, weak = std::weak_ptr(bus), search](sd_bus_message* reply) {
                                     const auto whose = read_session(reply);
                                     if (whose.user == search->user)
                                         search->seats.insert(whose.seat);
                                     if (const auto still = weak.lock()) conclude(still, *search);
                                 });
    if (!asked) conclude(bus, *search);
}

// With one answer more, or none to be had.
void LockSteps::conclude(const std::shared_ptr<BusConnection>& bus, Search& search) {
    if (--search.waiting != 0) return;
    const bool found = search.seats.size() == 1 && !search.seats.begin()->empty();
    if (!found || !switch_to_greeter(*bus, search.number, *search.seats.begin()))
        answer(search.number, false);
}

// A display manager that is not there must not be started by the bus for this: no greeter of it
// could ever be on the seat in time.
bool LockSteps::switch_to_greeter(BusConnection& bus, Number number, const std::string& seat_path) {
    auto call = bus.method_call(display_manager, seat_path.c_str(), display_manager_seat,
                                "SwitchToGreeter");
    if (call == nullptr || sd_bus_message_set_auto_start(call.get(), 0) < 0) return false;
    return send(bus, std::move(call), number);
}

bool LockSteps::send(BusConnection& bus, MessagePtr call, Number number) {
    return bus.call(std::move(call), step_limit, [this, number](sd_bus_message* reply) {
        answer(number, answered_well(reply));
    });
}

void LockSteps::answer(Number number, bool ok) {
    const auto found = unanswered_.find(number);
    if (found == unanswered_.end()) return;
    auto signalled = found->second;
    unanswered_.erase(found);
    signalled.ok = ok;
    sink_(std::move(signalled));
}

// From the loop, since core must not be called from within its own action.
void LockSteps::refuse_later(Number number) {
    boost::asio::post(io_, [this, number, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) answer(number, false);
    });
}

void LockSteps::lose() {
    for (auto& [number, request] : std::exchange(unanswered_, {})) {
        request.ok = false;
        sink_(request);
    }
}

}  // namespace vaktpost::platform
