// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/protocol.h"

#include <jansson.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace vaktpost::session_helper {

namespace {

struct Release {
    void operator()(json_t* value) const { json_decref(value); }
};

bool is_word_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9');
}

bool letters_and_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_word_byte);
}

// A reason as the policy lists them: 1 to 32 of a-z, 0-9 and "_"; or none at all.
bool is_reason(std::string_view text) {
    return text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char byte) {
               return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
           });
}

std::string_view text_of(const json_t* object, const char* key) {
    const json_t* value = json_object_get(object, key);
    return json_is_string(value)
               ? std::string_view(json_string_value(value), json_string_length(value))
               : std::string_view();
}

void read_arguments(const json_t* list, Arguments& into) {
    if (!json_is_array(list)) return;
    into.clear();
    for (std::size_t i = 0; i < json_array_size(list); ++i) {
        const json_t* argument = json_array_get(list, i);
        if (!json_is_string(argument) ||
            !into.add({json_string_value(argument), json_string_length(argument)}))
            return into.clear();
    }
}

LineKind read_reply(const json_t* reply, Lockers& lockers) {
    if (!json_is_true(json_object_get(reply, "ok"))) return LineKind::refused;
    const json_t* given = json_object_get(reply, "locker");
    if (!json_is_object(given)) return LineKind::accepted;
    read_arguments(json_object_get(given, "wayland"), lockers.wayland);
    read_arguments(json_object_get(given, "x11"), lockers.x11);
    return LineKind::registered;
}

LineKind read_notice(const json_t* push, NoticeText& notice) {
    const auto code = text_of(push, "code");
    const json_t* seconds = json_object_get(push, "seconds");
    const json_int_t count = json_is_integer(seconds) ? json_integer_value(seconds) : 0;
    const auto session = text_of(push, "session");
    const auto hold = text_of(push, "hold");
    if (!letters_and_digits(code) || !notice.code.assign(code)) return LineKind::unknown;
    if (!session.empty() && !valid_session_id(session)) return LineKind::unknown;
    if (!is_reason(hold)) return LineKind::unknown;
    notice.session.assign(session);
    notice.hold.assign(hold);
    if (count < 0 || count > 86'400 || !notice.notice.assign(text_of(push, "notice")))
        return LineKind::unknown;
    notice.seconds = static_cast<unsigned>(count);
    return LineKind::notice;
}

LineKind read_order(const json_t* push, AgentLine& into) {
    const auto session = text_of(push, "session");
    const auto order = text_of(push, "do");
    if (!valid_session_id(session)) return LineKind::unknown;
    into.session.assign(session);
    if (order == "lock") return LineKind::lock;
    if (order == "stand_down") return LineKind::stand_down;
    if (order != "sign_out") return LineKind::unknown;
    read_arguments(json_object_get(push, "command"), into.command);
    return LineKind::sign_out;
}

template <class... Parts>
Line compose(const char* format, Parts... parts) {
    char bytes[256];
    const int length = std::snprintf(bytes, sizeof bytes, format, parts...);
    Line line;
    if (length > 0) line.assign({bytes, static_cast<std::size_t>(length)});
    return line;
}

}  // namespace

bool Arguments::add(std::string_view argument) {
    const bool fits = count_ < most_arguments && used_ + argument.size() < sizeof bytes_;
    if (!fits || argument.find('\0') != std::string_view::npos) {
        clear();
        return false;
    }
    argv_[count_++] = bytes_ + used_;
    std::copy(argument.begin(), argument.end(), bytes_ + used_);
    used_ += argument.size();
    bytes_[used_++] = '\0';
    return true;
}

void Arguments::clear() {
    std::fill(std::begin(argv_), std::end(argv_), nullptr);
    used_ = 0;
    count_ = 0;
}

LineKind read_line(std::string_view line, Lockers& lockers, AgentLine& into) {
    const std::unique_ptr<json_t, Release> object(
        json_loadb(line.data(), line.size(), JSON_REJECT_DUPLICATES, nullptr));
    if (!json_is_object(object.get())) return LineKind::unknown;
    if (json_object_get(object.get(), "notice") != nullptr)
        return read_notice(object.get(), into.notice);
    if (json_object_get(object.get(), "do") != nullptr) return read_order(object.get(), into);
    if (json_object_get(object.get(), "ok") != nullptr) return read_reply(object.get(), lockers);
    return LineKind::unknown;
}

Line session_line(std::string_view session) {
    return compose("{\"op\":\"session\",\"session\":\"%.*s\"}\n", static_cast<int>(session.size()),
                   session.data());
}

Line covered_line(std::string_view session, int pid) {
    return compose("{\"op\":\"locked\",\"session\":\"%.*s\",\"witness\":\"locker\",\"pid\":%d}\n",
                   static_cast<int>(session.size()), session.data(), pid);
}

Line uncovered_line(std::string_view session) {
    return compose("{\"op\":\"unlocked\",\"session\":\"%.*s\",\"witness\":\"locker\"}\n",
                   static_cast<int>(session.size()), session.data());
}

Line saver_line(const char* op, std::string_view session) {
    return compose("{\"op\":\"%s\",\"session\":\"%.*s\",\"witness\":\"saver\"}\n", op,
                   static_cast<int>(session.size()), session.data());
}

Line failure_line(std::string_view session, const char* cause) {
    return compose("{\"op\":\"locker_failed\",\"session\":\"%.*s\",\"cause\":\"%s\"}\n",
                   static_cast<int>(session.size()), session.data(), cause);
}

Line checked_line(std::string_view session, const char* means) {
    return compose("{\"op\":\"checked\",\"session\":\"%.*s\",\"means\":\"%s\"}\n",
                   static_cast<int>(session.size()), session.data(), means);
}

Line signed_out_line(std::string_view session, const char* cause) {
    if (cause == nullptr)
        return compose("{\"op\":\"signed_out\",\"session\":\"%.*s\",\"ok\":true}\n",
                       static_cast<int>(session.size()), session.data());
    return compose("{\"op\":\"signed_out\",\"session\":\"%.*s\",\"ok\":false,\"cause\":\"%s\"}\n",
                   static_cast<int>(session.size()), session.data(), cause);
}

Line hold_line(std::string_view session, std::string_view reason) {
    return compose("{\"op\":\"hold\",\"session\":\"%.*s\",\"reason\":\"%.*s\"}\n",
                   static_cast<int>(session.size()), session.data(),
                   static_cast<int>(reason.size()), reason.data());
}

bool valid_session_id(std::string_view id) {
    return !id.empty() && id.size() < 64 && letters_and_digits(id);
}

}  // namespace vaktpost::session_helper
