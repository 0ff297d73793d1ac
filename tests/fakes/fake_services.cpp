// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/fake_services.h"

#include <stdexcept>
#include <utility>

namespace vaktpost::fakes {

namespace {

void check(int r, const char* what) {
    if (r < 0) throw std::runtime_error(std::string("fake services: ") + what);
}

}  // namespace

FakeServices::FakeServices(std::string address) : address_(std::move(address)) {}
FakeServices::~FakeServices() {
    stop();
}

void FakeServices::come(const char* name) {
    if (bus_ == nullptr) {
        check(sd_bus_new(&bus_), "new");
        check(sd_bus_set_address(bus_, address_.c_str()), "address");
        check(sd_bus_set_bus_client(bus_, 1), "client");
        check(sd_bus_start(bus_), "start");
        check(sd_bus_add_fallback(bus_, nullptr, "/org/freedesktop", dispatch, this), "fallback");
    }
    check(sd_bus_request_name(bus_, name, 0), "name");
}

void FakeServices::stop() {
    bus_ = sd_bus_flush_close_unref(bus_);
}

void FakeServices::process() {
    while (bus_ != nullptr && sd_bus_process(bus_, nullptr) > 0) continue;
}

int FakeServices::dispatch(sd_bus_message* call, void* context, sd_bus_error* error) {
    auto& self = *static_cast<FakeServices*>(context);
    if (sd_bus_message_is_method_call(call, "org.freedesktop.systemd1.Manager", "StartUnit") > 0)
        return self.start_unit(call, error);
    if (sd_bus_message_is_method_call(call, "org.freedesktop.DBus.Properties", "Get") > 0)
        return self.list(call);
    if (sd_bus_message_is_method_call(call, "org.freedesktop.DBus.Properties", "GetAll") > 0)
        return self.describe_session(call);
    if (sd_bus_message_is_method_call(call, "org.freedesktop.DisplayManager.Seat",
                                      "SwitchToGreeter") > 0) {
        self.greeters.emplace_back(sd_bus_message_get_path(call));
        if (self.refuse_greeter) return sd_bus_error_set(error, SD_BUS_ERROR_FAILED, "no");
        return sd_bus_reply_method_return(call, nullptr);
    }
    return 0;
}

int FakeServices::start_unit(sd_bus_message* call, sd_bus_error* error) {
    const char* unit = nullptr;
    const char* mode = nullptr;
    check(sd_bus_message_read(call, "ss", &unit, &mode), "StartUnit");
    started.push_back(std::string(unit) + " " + mode);
    if (refuse_units) return sd_bus_error_set(error, "org.freedesktop.systemd1.NoSuchUnit", "no");
    return sd_bus_reply_method_return(call, "o", "/org/freedesktop/systemd1/job/7");
}

int FakeServices::list(sd_bus_message* call) {
    const char* interface = nullptr;
    const char* property = nullptr;
    check(sd_bus_message_read(call, "ss", &interface, &property), "Get");
    std::vector<std::string> paths = seats;
    if (std::string(property) == "Sessions") {
        paths.clear();
        for (const auto& session : sessions) paths.push_back(session.path);
    }
    sd_bus_message* reply = nullptr;
    check(sd_bus_message_new_method_return(call, &reply), "reply");
    check(sd_bus_message_open_container(reply, 'v', "ao"), "open");
    check(sd_bus_message_open_container(reply, 'a', "o"), "open");
    for (const auto& path : paths) check(sd_bus_message_append(reply, "o", path.c_str()), "path");
    check(sd_bus_message_close_container(reply), "close");
    check(sd_bus_message_close_container(reply), "close");
    check(sd_bus_send(bus_, reply, nullptr), "send");
    sd_bus_message_unref(reply);
    return 1;
}

int FakeServices::describe_session(sd_bus_message* call) {
    const std::string path = sd_bus_message_get_path(call);
    for (const auto& session : sessions)
        if (session.path == path)
            return sd_bus_reply_method_return(call, "a{sv}", 3, "Seat", "o", session.seat.c_str(),
                                              "Other", "b", 1, "UserName", "s",
                                              session.user.c_str());
    return 0;
}

}  // namespace vaktpost::fakes
