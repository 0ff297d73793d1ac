// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/logind_watch.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "platform/session_helper/journal.h"

namespace vaktpost::session_helper {

namespace {

constexpr const char* logind = "org.freedesktop.login1";
// Milliseconds.
constexpr std::uint64_t first_delay = 500;
constexpr std::uint64_t longest_delay = 30'000;

struct Properties {
    const char* klass = "";
    const char* type = "";
};

// Walks an a{sv}; what is of an unexpected type is passed over. The texts belong to the message.
Properties read_properties(sd_bus_message* message) {
    Properties found;
    if (sd_bus_message_enter_container(message, 'a', "{sv}") <= 0) return found;
    while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
        const char* name = nullptr;
        if (sd_bus_message_read(message, "s", &name) <= 0) break;
        const std::string_view key = name;
        int r = -1;
        if (key == "Class") r = sd_bus_message_read(message, "v", "s", &found.klass);
        if (key == "Type") r = sd_bus_message_read(message, "v", "s", &found.type);
        if (r < 0) r = sd_bus_message_skip(message, "v");
        if (r < 0 || sd_bus_message_exit_container(message) < 0) break;
    }
    return found;
}

}  // namespace

LogindWatch::~LogindWatch() {
    for (auto& entry : entries_) sd_bus_slot_unref(entry.call);
    sd_bus_slot_unref(listing_);
    sd_bus_close_unref(bus_);
}

void LogindWatch::connect() {
    if (sd_bus_open_system(&bus_) < 0 ||
        sd_bus_attach_event(bus_, loop_, SD_EVENT_PRIORITY_NORMAL) < 0 || !subscribe())
        return lose();
    list();
}

bool LogindWatch::subscribe() {
    const auto match = [this](const char* rule, sd_bus_message_handler_t handler) {
        return sd_bus_add_match_async(bus_, nullptr, rule, handler, nullptr, this) >= 0;
    };
    return match(
               "type='signal',sender='org.freedesktop.DBus.Local',path='/org/freedesktop/DBus/"
               "Local',"
               "interface='org.freedesktop.DBus.Local',member='Disconnected'",
               on_disconnected) &&
           match(
               "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
               "member='NameOwnerChanged',arg0='org.freedesktop.login1'",
               on_owner) &&
           match(
               "type='signal',sender='org.freedesktop.login1',interface='org.freedesktop.login1."
               "Manager',"
               "member='SessionNew'",
               on_sessions) &&
           match(
               "type='signal',sender='org.freedesktop.login1',interface='org.freedesktop.login1."
               "Manager',"
               "member='SessionRemoved'",
               on_sessions) &&
           match(
               "type='signal',sender='org.freedesktop.login1',interface='org.freedesktop.DBus."
               "Properties',"
               "member='PropertiesChanged',arg0='org.freedesktop.login1.Session'",
               on_changed) &&
           match(
               "type='signal',sender='org.freedesktop.login1',interface='org.freedesktop.login1."
               "Session',"
               "member='Lock'",
               on_lock);
}

// The sessions stay as they were last seen: their lockers go on being watched.
void LogindWatch::lose() {
    for (auto& entry : entries_) entry.call = sd_bus_slot_unref(entry.call);
    listing_ = sd_bus_slot_unref(listing_);
    bus_ = sd_bus_close_unref(bus_);
    owner_.clear();
    retry_delay_ = retry_delay_ == 0 ? first_delay : std::min(retry_delay_ * 2, longest_delay);
    retry_.start(loop_, retry_delay_, on_retry, this);
}

void LogindWatch::on_retry(void* context) {
    auto& self = *static_cast<LogindWatch*>(context);
    self.bus_ = sd_bus_close_unref(self.bus_);
    self.connect();
}

int LogindWatch::on_disconnected(sd_bus_message*, void* context, sd_bus_error*) {
    warn("system bus", "connection lost");
    static_cast<LogindWatch*>(context)->lose();
    return 0;
}

int LogindWatch::on_owner(sd_bus_message* signal, void* context, sd_bus_error*) {
    auto& self = *static_cast<LogindWatch*>(context);
    const char* sender = sd_bus_message_get_sender(signal);
    const char* owner = nullptr;
    if (sender == nullptr || std::string_view(sender) != "org.freedesktop.DBus") return 0;
    if (sd_bus_message_read(signal, "sss", nullptr, nullptr, &owner) <= 0 ||
        self.owner_.view() == owner)
        return 0;
    self.owner_.clear();
    if (*owner != '\0') self.list();
    return 0;
}

bool LogindWatch::from_logind(sd_bus_message* signal) const {
    const char* sender = sd_bus_message_get_sender(signal);
    return sender != nullptr && !owner_.empty() && owner_.view() == sender;
}

void LogindWatch::list() {
    listing_ = sd_bus_slot_unref(listing_);
    if (sd_bus_call_method_async(bus_, &listing_, logind, "/org/freedesktop/login1",
                                 "org.freedesktop.login1.Manager", "ListSessions", on_list, this,
                                 nullptr) < 0)
        lose();
}

int LogindWatch::on_list(sd_bus_message* reply, void* context, sd_bus_error*) {
    auto& self = *static_cast<LogindWatch*>(context);
    const char* sender = sd_bus_message_get_sender(reply);
    if (sd_bus_message_is_method_error(reply, nullptr) != 0 || sender == nullptr ||
        sd_bus_message_enter_container(reply, 'a', "(susso)") < 0) {
        self.lose();
        return 0;
    }
    self.retry_delay_ = 0;
    self.owner_.assign(sender);
    for (auto& entry : self.entries_) entry.listed = false;
    const char* id = nullptr;
    const char* path = nullptr;
    std::uint32_t uid = 0;
    while (sd_bus_message_read(reply, "(susso)", &id, &uid, nullptr, nullptr, &path) > 0)
        if (uid == getuid()) self.take_session(id, path);
    for (auto& entry : self.entries_)
        if (!entry.path.empty() && !entry.listed) self.drop(entry);
    return 0;
}

void LogindWatch::take_session(const char* id, const char* path) {
    Entry* entry = find(path);
    if (entry == nullptr) {
        entry = find("");
        if (entry == nullptr) return warn("session not guarded", "too many of this user");
        if (!valid_session_id(id) || !entry->path.assign(path))
            return warn("session not guarded", "strange name");
        entry->watch = this;
        entry->id.assign(id);
    }
    entry->listed = true;
    ask(*entry);
}

LogindWatch::Entry* LogindWatch::find(const char* path) {
    for (auto& entry : entries_)
        if (entry.path.view() == path) return &entry;
    return nullptr;
}

void LogindWatch::ask(Entry& entry) {
    entry.call = sd_bus_slot_unref(entry.call);
    sd_bus_call_method_async(bus_, &entry.call, logind, entry.path.c_str(),
                             "org.freedesktop.DBus.Properties", "GetAll", on_properties, &entry,
                             "s", "org.freedesktop.login1.Session");
}

void LogindWatch::drop(Entry& entry) {
    if (entry.graphical) handlers_.gone(handlers_.context, entry.id.view());
    sd_bus_slot_unref(entry.call);
    entry = Entry();
}

int LogindWatch::on_properties(sd_bus_message* reply, void* context, sd_bus_error*) {
    auto& entry = *static_cast<Entry*>(context);
    if (sd_bus_message_is_method_error(reply, nullptr) != 0) return 0;  // it has just gone
    const auto now = read_properties(reply);
    const std::string_view type = now.type;
    if (std::string_view(now.klass) != "user" || (type != "wayland" && type != "x11")) return 0;
    entry.graphical = true;
    auto& self = *entry.watch;
    self.handlers_.present(self.handlers_.context, entry.id.view(),
                           type == "x11" ? Screen::x11 : Screen::wayland);
    return 0;
}

int LogindWatch::on_sessions(sd_bus_message* signal, void* context, sd_bus_error*) {
    auto& self = *static_cast<LogindWatch*>(context);
    if (self.from_logind(signal)) self.list();
    return 0;
}

// A session may turn graphical after it opened: sway's begins as a console login.
int LogindWatch::on_changed(sd_bus_message* signal, void* context, sd_bus_error*) {
    auto& self = *static_cast<LogindWatch*>(context);
    const char* path = sd_bus_message_get_path(signal);
    Entry* entry = self.from_logind(signal) && path != nullptr ? self.find(path) : nullptr;
    if (entry != nullptr) self.ask(*entry);
    return 0;
}

int LogindWatch::on_lock(sd_bus_message* signal, void* context, sd_bus_error*) {
    auto& self = *static_cast<LogindWatch*>(context);
    const char* path = sd_bus_message_get_path(signal);
    const Entry* entry = self.from_logind(signal) && path != nullptr ? self.find(path) : nullptr;
    if (entry != nullptr && entry->graphical)
        self.handlers_.lock(self.handlers_.context, entry->id.view());
    return 0;
}

}  // namespace vaktpost::session_helper
