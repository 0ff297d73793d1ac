// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/request.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <optional>

namespace vaktpost::control {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_cause = 256;
constexpr std::size_t longest_session = 64;

core::Error refused(std::string why) {
    return {EINVAL, "request", std::move(why)};
}

std::optional<std::string> text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

// logind makes its ids of letters and digits; nothing else is looked up or repeated.
bool is_session_id(std::string_view id) {
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return !id.empty() && id.size() <= longest_session && std::all_of(id.begin(), id.end(), plain);
}

core::Result<Request> session_request(const std::string& op, const json::object& object) {
    const auto id = text_of(object, "session");
    if (!id || !is_session_id(*id)) return refused("no valid session");
    core::SessionId session{*id};
    if (op == "session") return Request(RegisterSession{std::move(session)});
    if (op == "locked") return Request(LockerLocked{std::move(session)});
    if (op == "unlocked") return Request(LockerUnlocked{std::move(session)});
    const std::string cause = text_of(object, "cause").value_or("");
    return Request(LockerFailed{std::move(session), cause.substr(0, longest_cause)});
}

}  // namespace

core::Result<Request> parse_request(std::string_view line) {
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
    if (error || !value.is_object()) return core::Error{EBADMSG, "request", "not a JSON object"};
    const json::object& object = value.get_object();
    const auto op = text_of(object, "op");
    if (!op) return refused("no op");
    if (*op == "status") return Request(StatusRequest{});
    for (const std::string_view known : {"session", "locked", "unlocked", "locker_failed"})
        if (*op == known) return session_request(*op, object);
    return refused("unknown op");
}

}  // namespace vaktpost::control
