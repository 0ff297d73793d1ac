// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/fake_logind.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace vaktpost::fakes {

namespace {

constexpr const char* name = "org.freedesktop.login1";
constexpr const char* manager = "/org/freedesktop/login1";
constexpr const char* session_interface = "org.freedesktop.login1.Session";

void check(int r, const char* what) {
    if (r < 0) throw std::runtime_error(std::string("fake logind: ") + what);
}

}  // namespace

FakeLogind::FakeLogind(std::string address) : address_(std::move(address)) {
    join();
}
FakeLogind::~FakeLogind() {
    leave();
    for (const int end : inhibitors_) close(end);
}

void FakeLogind::join() {
    check(sd_bus_new(&bus_), "new");
    check(sd_bus_set_address(bus_, address_.c_str()), "address");
    check(sd_bus_set_bus_client(bus_, 1), "client");
    check(sd_bus_start(bus_), "start");
    check(sd_bus_add_fallback(bus_, nullptr, manager, dispatch, this), "fallback");
    check(sd_bus_request_name(bus_, name, 0), "name");
}

void FakeLogind::leave() {
    bus_ = sd_bus_flush_close_unref(bus_);
}

void FakeLogind::process() {
    while (bus_ != nullptr && sd_bus_process(bus_, nullptr) > 0) continue;
}

std::string FakeLogind::path(const std::string& id) const {
    for (const auto& [path, session] : sessions_)
        if (session.id == id) return path;
    throw std::runtime_error("fake logind: no session " + id);
}

FakeSession& FakeLogind::session(const std::string& id) {
    return sessions_.at(path(id));
}

FakeSession* FakeLogind::at(const char* path) {
    const auto found = sessions_.find(path);
    return found == sessions_.end() ? nullptr : &found->second;
}

void FakeLogind::add(FakeSession session, bool announced) {
    const auto path = std::string(manager) + "/session/opaque" + std::to_string(++count_);
    const auto id = session.id;
    sessions_[path] = std::move(session);
    if (announced && bus_ != nullptr)
        check(sd_bus_emit_signal(bus_, manager, "org.freedesktop.login1.Manager", "SessionNew",
                                 "so", id.c_str(), path.c_str()),
              "SessionNew");
}

void FakeLogind::remove(const std::string& id) {
    const auto gone = path(id);
    sessions_.erase(gone);
    if (bus_ != nullptr)
        check(sd_bus_emit_signal(bus_, manager, "org.freedesktop.login1.Manager", "SessionRemoved",
                                 "so", id.c_str(), gone.c_str()),
              "SessionRemoved");
}

void FakeLogind::forget(const std::string& id) {
    sessions_.erase(path(id));
}

int append_property(sd_bus_message* m, const FakeSession& s, const std::string& property) {
    const char* key = property.c_str();
    if (property == "Id") return sd_bus_message_append(m, "{sv}", key, "s", s.id.c_str());
    if (property == "Name") return sd_bus_message_append(m, "{sv}", key, "s", s.user.c_str());
    if (property == "Class") return sd_bus_message_append(m, "{sv}", key, "s", s.klass.c_str());
    if (property == "Type") return sd_bus_message_append(m, "{sv}", key, "s", s.type.c_str());
    if (property == "State") return sd_bus_message_append(m, "{sv}", key, "s", s.state.c_str());
    if (property == "Remote") return sd_bus_message_append(m, "{sv}", key, "b", s.remote);
    if (property == "Active") return sd_bus_message_append(m, "{sv}", key, "b", s.active);
    if (property == "LockedHint") return sd_bus_message_append(m, "{sv}", key, "b", s.locked);
    if (property == "Seat")
        return sd_bus_message_append(m, "{sv}", key, "(so)", s.seat.c_str(), "/");
    if (property == "User") return sd_bus_message_append(m, "{sv}", key, "(uo)", s.uid, "/");
    if (property == "VTNr") return sd_bus_message_append(m, "{sv}", key, "u", 1U);
    throw std::runtime_error("fake logind: no property " + property);
}

void FakeLogind::changed(const std::string& id, const std::string& property) {
    sd_bus_message* signal = nullptr;
    check(sd_bus_message_new_signal(bus_, &signal, path(id).c_str(),
                                    "org.freedesktop.DBus.Properties", "PropertiesChanged"),
          "PropertiesChanged");
    check(sd_bus_message_append(signal, "s", session_interface), "append");
    check(sd_bus_message_open_container(signal, 'a', "{sv}"), "open");
    check(append_property(signal, session(id), property), "property");
    check(sd_bus_message_close_container(signal), "close");
    check(sd_bus_message_append(signal, "as", 0), "append");
    check(sd_bus_send(bus_, signal, nullptr), "send");
    sd_bus_message_unref(signal);
}

void FakeLogind::invalidated(const std::string& id, const std::string& property) {
    check(sd_bus_emit_signal(bus_, path(id).c_str(), "org.freedesktop.DBus.Properties",
                             "PropertiesChanged", "sa{sv}as", session_interface, 0, 1,
                             property.c_str()),
          "PropertiesChanged");
}

int FakeLogind::dispatch(sd_bus_message* call, void* self, sd_bus_error* error) {
    if (sd_bus_message_is_method_call(call, nullptr, "ListSessions") > 0)
        return list_sessions(call, self, error);
    if (sd_bus_message_is_method_call(call, nullptr, "GetAll") > 0)
        return get_all(call, self, error);
    if (sd_bus_message_is_method_call(call, nullptr, "Lock") > 0) return lock(call, self, error);
    if (sd_bus_message_is_method_call(call, nullptr, "Inhibit") > 0)
        return inhibit(call, self, error);
    if (sd_bus_message_is_method_call(call, nullptr, "TerminateSession") > 0)
        return terminate(call, self, error);
    return 0;
}

int FakeLogind::list_sessions(sd_bus_message* call, void* context, sd_bus_error* error) {
    auto& self = *static_cast<FakeLogind*>(context);
    self.client = sd_bus_message_get_sender(call);
    if (self.refuse_list) return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED, "no");
    sd_bus_message* reply = nullptr;
    check(sd_bus_message_new_method_return(call, &reply), "reply");
    check(sd_bus_message_open_container(reply, 'a', "(susso)"), "open");
    for (const auto& [path, s] : self.sessions_)
        check(sd_bus_message_append(reply, "(susso)", s.id.c_str(), s.uid, "user", s.seat.c_str(),
                                    path.c_str()),
              "session");
    check(sd_bus_message_close_container(reply), "close");
    check(sd_bus_send(self.bus_, reply, nullptr), "send");
    sd_bus_message_unref(reply);
    return 1;
}

int FakeLogind::get_all(sd_bus_message* call, void* context, sd_bus_error* error) {
    auto& self = *static_cast<FakeLogind*>(context);
    const auto* session = self.at(sd_bus_message_get_path(call));
    if (session == nullptr) return sd_bus_error_set(error, SD_BUS_ERROR_UNKNOWN_OBJECT, "gone");
    sd_bus_message* reply = nullptr;
    check(sd_bus_message_new_method_return(call, &reply), "reply");
    check(sd_bus_message_open_container(reply, 'a', "{sv}"), "open");
    for (const char* property : {"Id", "Name", "Class", "Type", "State", "VTNr", "Remote", "Active",
                                 "LockedHint", "Seat", "User"})
        check(append_property(reply, *session, property), property);
    check(sd_bus_message_close_container(reply), "close");
    check(sd_bus_send(self.bus_, reply, nullptr), "send");
    sd_bus_message_unref(reply);
    return 1;
}

int FakeLogind::lock(sd_bus_message* call, void* context, sd_bus_error* error) {
    auto& self = *static_cast<FakeLogind*>(context);
    const auto* session = self.at(sd_bus_message_get_path(call));
    if (session == nullptr) return sd_bus_error_set(error, SD_BUS_ERROR_UNKNOWN_OBJECT, "gone");
    self.locks.push_back(session->id);
    if (self.refuse_locks) return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED, "no");
    return self.answer_locks ? sd_bus_reply_method_return(call, nullptr) : 1;
}

void FakeLogind::unlock(const std::string& id) {
    check(sd_bus_emit_signal(bus_, path(id).c_str(), "org.freedesktop.login1.Session", "Unlock",
                             nullptr),
          "Unlock");
}

void FakeLogind::prepare_for_sleep(bool begins) {
    check(sd_bus_emit_signal(bus_, manager, "org.freedesktop.login1.Manager", "PrepareForSleep",
                             "b", static_cast<int>(begins)),
          "PrepareForSleep");
}

int FakeLogind::inhibitors() const {
    return static_cast<int>(std::count_if(inhibitors_.begin(), inhibitors_.end(), [](int end) {
        pollfd hung_up{end, 0, 0};
        return poll(&hung_up, 1, 0) == 0;  // POLLHUP once the other end is closed everywhere
    }));
}

int FakeLogind::inhibit(sd_bus_message* call, void* context, sd_bus_error* error) {
    auto& self = *static_cast<FakeLogind*>(context);
    const char* words[4] = {};
    check(sd_bus_message_read(call, "ssss", &words[0], &words[1], &words[2], &words[3]), "Inhibit");
    self.inhibited.clear();
    for (const char* word : words) self.inhibited += std::string(word) + ";";
    if (self.refuse_inhibitors)
        return sd_bus_error_set(error, "org.freedesktop.login1.OperationInProgress", "no");
    int ends[2];
    check(pipe2(ends, O_CLOEXEC), "pipe");
    self.inhibitors_.push_back(ends[0]);
    const int r = sd_bus_reply_method_return(call, "h", ends[1]);
    close(ends[1]);
    return r;
}

int FakeLogind::terminate(sd_bus_message* call, void* context, sd_bus_error*) {
    auto& self = *static_cast<FakeLogind*>(context);
    const char* id = nullptr;
    check(sd_bus_message_read(call, "s", &id), "TerminateSession");
    self.ended.emplace_back(id);
    return sd_bus_reply_method_return(call, nullptr);
}

}  // namespace vaktpost::fakes
