// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/request.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <limits>
#include <optional>

namespace vaktpost::control {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_session = 64;
constexpr std::size_t longest_device = 64;
constexpr std::int64_t longest_exception = 365LL * 24 * 3600;  // the policy allows less

constexpr auto locker_causes = std::to_array<std::string_view>(
    {"no_locker", "no_display", "exec", "status", "signal", "gone", "deadline"});
constexpr auto sign_out_causes =
    std::to_array<std::string_view>({"status", "signal", "deadline", "exec"});
constexpr auto checked_means = std::to_array<core::LockMeans>(
    {core::LockMeans::none, core::LockMeans::desktop, core::LockMeans::locker});
constexpr auto speaking_witnesses = std::to_array<core::Witness>(
    {core::Witness::locker, core::Witness::saver, core::Witness::curtain});

constexpr auto judged_mounts = std::to_array<core::MountVerdict>(
    {core::MountVerdict::encrypted, core::MountVerdict::plain, core::MountVerdict::null_cipher});

core::Error refused(std::string why) {
    return {EINVAL, "request", std::move(why)};
}

const json::value* find(const json::object& object, std::string_view key) {
    return object.if_contains(json::string_view(key.data(), key.size()));
}

std::optional<std::string> text_of(const json::object& object, std::string_view key) {
    const json::value* value = find(object, key);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

// One of the closed list; whatever else is said stays out of the records.
template <std::size_t Count>
std::string cause_of(const json::object& object, const std::array<std::string_view, Count>& known) {
    const auto cause = text_of(object, "cause");
    const bool listed = cause && std::find(known.begin(), known.end(), *cause) != known.end();
    return listed ? *cause : "unknown";
}

template <core::HasWords Enum, std::size_t Count>
std::optional<Enum> word_of(const json::object& object, std::string_view key,
                            const std::array<Enum, Count>& known) {
    const auto text = text_of(object, key);
    const auto word = text ? core::from_string<Enum>(*text) : std::nullopt;
    if (!word || std::find(known.begin(), known.end(), *word) == known.end()) return std::nullopt;
    return word;
}

// logind makes its ids of letters and digits; nothing else is looked up or repeated.
bool is_session_id(std::string_view id) {
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return !id.empty() && id.size() <= longest_session && std::all_of(id.begin(), id.end(), plain);
}

core::Result<core::SessionId> session_of(const json::object& object) {
    auto id = text_of(object, "session");
    if (!id || !is_session_id(*id)) return refused("no valid session");
    return core::SessionId{std::move(*id)};
}

using Parsed = core::Result<Request>;

template <class Registration>
Parsed registration(core::SessionId session, const json::object&) {
    return Request(Registration{std::move(session)});
}

Parsed checked(core::SessionId session, const json::object& object) {
    const auto means = word_of(object, "means", checked_means);
    if (!means) return refused("no valid means");
    return Request(ScreenChecked{std::move(session), *means});
}

Parsed locked(core::SessionId session, const json::object& object) {
    const auto witness = word_of(object, "witness", speaking_witnesses);
    if (!witness) return refused("no valid witness");
    if (*witness != core::Witness::locker)
        return Request(ScreenLocked{std::move(session), *witness, 0});
    const json::value* pid = find(object, "pid");
    if (pid == nullptr || !pid->is_int64() || pid->get_int64() < 1 ||
        pid->get_int64() > std::numeric_limits<std::int32_t>::max())
        return refused("no valid pid");
    return Request(
        ScreenLocked{std::move(session), *witness, static_cast<std::int32_t>(pid->get_int64())});
}

Parsed unlocked(core::SessionId session, const json::object& object) {
    const auto witness = word_of(object, "witness", speaking_witnesses);
    if (!witness) return refused("no valid witness");
    return Request(ScreenUnlocked{std::move(session), *witness});
}

Parsed next_person(core::SessionId session, const json::object&) {
    return Request(NextPerson{std::move(session)});
}

Parsed locker_failed(core::SessionId session, const json::object& object) {
    return Request(LockerFailed{std::move(session), cause_of(object, locker_causes)});
}

Parsed signed_out(core::SessionId session, const json::object& object) {
    const json::value* ok = find(object, "ok");
    if (ok == nullptr || !ok->is_bool()) return refused("no ok");
    if (ok->get_bool()) return Request(SignOutEnded{std::move(session), true, {}});
    return Request(SignOutEnded{std::move(session), false, cause_of(object, sign_out_causes)});
}

// The session may be left out, but not be something else.
Parsed hold(const json::object& object) {
    auto reason = text_of(object, "reason");
    if (!reason) return refused("no reason");
    if (find(object, "session") == nullptr)
        return Request(HoldRequest{std::nullopt, std::move(*reason)});
    auto session = session_of(object);
    if (!session) return session.error();
    return Request(HoldRequest{std::move(*session), std::move(*reason)});
}

// The kernel makes its names of digits, dots and hyphens; nothing else is looked up or repeated.
bool is_device_id(std::string_view id) {
    return !id.empty() && id.size() <= longest_device &&
           id.find_first_not_of("0123456789.-") == std::string_view::npos;
}

Parsed allow(const json::object& object) {
    auto device = text_of(object, "device");
    if (!device || !is_device_id(*device)) return refused("no valid device");
    const json::value* seconds = find(object, "seconds");
    if (seconds == nullptr || !seconds->is_int64() || seconds->get_int64() < 1 ||
        seconds->get_int64() > longest_exception)
        return refused("no valid seconds");
    auto reason = text_of(object, "reason");
    if (!reason) return refused("no reason");
    return Request(AllowRequest{{std::move(*device)}, seconds->get_int64(), std::move(*reason)});
}

// "8:17": nothing else is looked up or repeated.
bool is_device_number(std::string_view text) {
    const auto colon = text.find(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
           text.size() <= longest_session &&
           text.find_first_not_of("0123456789", colon + 1) == std::string_view::npos &&
           text.find_first_not_of("0123456789") == colon;
}

Parsed mount_judged(const json::object& object) {
    auto mount = text_of(object, "mount");
    const auto verdict = word_of(object, "verdict", judged_mounts);
    const json::value* undone = find(object, "undone");
    if (!mount || !is_device_number(*mount)) return refused("no valid mount");
    if (!verdict || undone == nullptr || !undone->is_bool()) return refused("no valid verdict");
    return Request(MountJudgement{{std::move(*mount)}, *verdict, undone->get_bool()});
}

// A number above 0 that SQLite can hold.
std::optional<std::uint64_t> number_of(const json::object& object, std::string_view key) {
    const json::value* value = find(object, key);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 1) return std::nullopt;
    return static_cast<std::uint64_t>(value->get_int64());
}

Parsed acknowledgement(const json::object& object) {
    const auto epoch = number_of(object, "epoch");
    const auto seq = number_of(object, "seq");
    if (!epoch || !seq) return refused("no valid place in the log");
    return Request(Acknowledgement{*epoch, *seq});
}

bool only(std::string_view text, std::string_view allowed, std::size_t longest) {
    return text.size() <= longest && text.find_first_not_of(allowed) == std::string_view::npos;
}

Parsed link_report(const json::object& object) {
    constexpr std::string_view small = "abcdefghijklmnopqrstuvwxyz_";
    constexpr std::string_view of_urls =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:/[]";
    auto state = text_of(object, "state");
    auto cause = text_of(object, "cause").value_or("");
    auto receiver = text_of(object, "receiver");
    if (!state || state->empty() || !only(*state, small, 32)) return refused("no valid state");
    if (!only(cause, small, 32)) return refused("no valid cause");
    if (!receiver || !only(*receiver, of_urls, 300)) return refused("no valid receiver");
    return Request(LinkReport{std::move(*state), std::move(cause), std::move(*receiver)});
}

struct SessionOperation {
    std::string_view op;
    Parsed (*parse)(core::SessionId session, const json::object& object);
};
constexpr std::array session_operations{
    SessionOperation{"session", registration<RegisterSession>},
    SessionOperation{"curtain", registration<RegisterCurtain>},
    SessionOperation{"checked", checked},
    SessionOperation{"locked", locked},
    SessionOperation{"unlocked", unlocked},
    SessionOperation{"next_person", next_person},
    SessionOperation{"locker_failed", locker_failed},
    SessionOperation{"signed_out", signed_out},
};

}  // namespace

core::Result<Request> parse_request(std::string_view line) {
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
    if (error || !value.is_object()) return core::Error{EBADMSG, "request", "not a JSON object"};
    const json::object& object = value.get_object();
    const auto op = text_of(object, "op");
    if (!op) return refused("no op");
    if (*op == "status") return Request(StatusRequest{});
    if (*op == "sleep") return Request(SleepRequest{});
    if (*op == "awake") return Request(AwakeRequest{});
    if (*op == "mount_judged") return mount_judged(object);
    if (*op == "hold") return hold(object);
    if (*op == "devices") return Request(DevicesRequest{});
    if (*op == "allow") return allow(object);
    if (*op == "acknowledged") return acknowledgement(object);
    if (*op == "link") return link_report(object);
    for (const SessionOperation& known : session_operations) {
        if (*op != known.op) continue;
        auto session = session_of(object);
        if (!session) return session.error();
        return known.parse(std::move(*session), object);
    }
    return refused("unknown op");
}

}  // namespace vaktpost::control
