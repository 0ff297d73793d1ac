// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/lock_steps.h"

#include <algorithm>
#include <boost/asio/post.hpp>
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

}  // namespace

bool valid_session_id(const core::SessionId& session) {
    constexpr std::size_t longest = 63;
    const auto letter_or_digit = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return !session.empty() && session.value.size() <= longest &&
           std::all_of(session.value.begin(), session.value.end(), letter_or_digit);
}

std::string seat_object(const std::vector<std::string>& paths, const core::SeatName& seat) {
    constexpr std::string_view prefix = "seat";
    if (seat.value.compare(0, prefix.size(), prefix) != 0) return {};
    auto wanted = std::string(display_manager_path) + "/Seat" + seat.value.substr(prefix.size());
    if (std::find(paths.begin(), paths.end(), wanted) != paths.end()) return wanted;
    // LightDM counts on when a seat was away for a while: the only one there is must be seat0.
    return paths.size() == 1 && seat.value == "seat0" ? paths.front() : std::string();
}

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
        sent = ask_for_seats(bus, number, place->seat);
    else if (bus != nullptr && place &&
             (request.step == core::LockStep::ask || request.step == core::LockStep::ask_again))
        sent = ask(*bus, number, *place);
    if (!sent) refuse_later(number);
}

// No request waits under that number: its answer goes nowhere.
void LockSteps::offer_login(const std::shared_ptr<BusConnection>& bus, const core::SeatName& seat) {
    if (bus != nullptr) static_cast<void>(ask_for_seats(bus, next_++, seat));
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

bool LockSteps::ask_for_seats(const std::shared_ptr<BusConnection>& bus, Number number,
                              const core::SeatName& seat) {
    auto call = bus->method_call(display_manager, display_manager_path, dbus_properties, "Get");
    if (call == nullptr || sd_bus_message_set_auto_start(call.get(), 0) < 0 ||
        sd_bus_message_append(call.get(), "ss", display_manager, "Seats") < 0)
        return false;
    return bus->call(
        std::move(call), step_limit,
        [this, weak = std::weak_ptr(bus), number, seat](sd_bus_message* reply) {
            const auto still = weak.lock();
            const auto path =
                answered_well(reply) ? seat_object(read_paths(reply), seat) : std::string();
            if (still == nullptr || path.empty() || !switch_to_greeter(*still, number, path))
                answer(number, false);
        });
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
