// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/message.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

namespace vaktpost::control {
namespace {

namespace json = boost::json;

json::array list_of(const std::vector<std::string>& words) {
    json::array list;
    for (const std::string& word : words) list.emplace_back(word);
    return list;
}

// Rounded up: "0 seconds" is said only when the time is over.
std::int64_t seconds_until(core::Instant until, core::Instant now) {
    return std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(until - now).count());
}

}  // namespace

std::string done_answer() {
    return R"({"ok":true})";
}

std::string error_answer(std::string_view why) {
    return json::serialize(json::object{{"ok", false}, {"error", why}});
}

std::string status_answer(std::string_view status) {
    return R"({"ok":true,"status":)" + std::string(status) + "}";
}

std::string session_answer(const Lockers& lockers) {
    return json::serialize(json::object{
        {"ok", true},
        {"locker", {{"wayland", list_of(lockers.wayland)}, {"x11", list_of(lockers.x11)}}}});
}

std::string reasons_answer(const std::vector<std::string>& reasons) {
    return json::serialize(
        json::object{{"ok", false}, {"error", "no such reason"}, {"reasons", list_of(reasons)}});
}

std::string hold_answer(const core::SessionId& session, core::Instant until, core::Instant now) {
    return json::serialize(json::object{
        {"ok", true}, {"session", session.value}, {"seconds", seconds_until(until, now)}});
}

std::string devices_answer(std::string_view devices) {
    return R"({"ok":true,"devices":)" + std::string(devices) + "}";
}

std::string allow_answer(const core::UsbException& exception) {
    return json::serialize(json::object{
        {"ok", true}, {"rule", exception.id.value}, {"until", core::utc_text(exception.until)}});
}

std::string sleep_answer(bool locked) {
    return json::serialize(json::object{{"ok", true}, {"locked", locked}});
}

std::string lock_line(const core::SessionId& session) {
    return json::serialize(json::object{{"do", "lock"}, {"session", session.value}});
}

std::string stand_down_line(const core::SessionId& session) {
    return json::serialize(json::object{{"do", "stand_down"}, {"session", session.value}});
}

std::string sign_out_line(const core::SignOut& request) {
    return json::serialize(json::object{{"do", "sign_out"},
                                        {"session", request.session.value},
                                        {"command", list_of(request.command)}});
}

std::string notice_line(const core::Notify& notice, core::Instant now) {
    json::object line{{"notice", core::to_string(notice.notice)},
                      {"session", notice.session.value}};
    if (!notice.code.empty()) line["code"] = notice.code;
    if (notice.until) line["seconds"] = seconds_until(*notice.until, now);
    if (!notice.hold_reason.empty()) line["hold"] = notice.hold_reason;
    return json::serialize(line);
}

}  // namespace vaktpost::control
