// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/notification.h"

namespace vaktpost::session_helper {

namespace {

constexpr std::uint64_t answer_limit_usec = 5'000'000;
constexpr std::uint8_t normal_urgency = 1;

sd_bus_message* new_call(sd_bus* bus, const char* destination, const char* member) {
    sd_bus_message* call = nullptr;
    if (bus == nullptr || sd_bus_message_new_method_call(bus, &call, destination, notification_path,
                                                         notification_server, member) < 0)
        return nullptr;
    sd_bus_message_set_auto_start(call, 0);
    return call;
}

bool append_actions(sd_bus_message* call, const char* button) {
    if (button == nullptr) return sd_bus_message_append(call, "as", 0) >= 0;
    return sd_bus_message_append(call, "as", 2, Notification::button_key, button) >= 0;
}

}  // namespace

void Notification::show(sd_bus* bus, const Content& content) {
    if (pending()) return;  // its number is not known yet; a second one would stay beside it
    over_ = false;
    sd_bus_message* call = new_call(bus, notification_server, "Notify");
    if (call == nullptr) return;
    if (sd_bus_message_append(call, "susss", "Vaktpost", number_, "", content.summary,
                              content.body) >= 0 &&
        append_actions(call, content.button) &&
        sd_bus_message_append(call, "a{sv}i", 3, "urgency", "y", normal_urgency, "suppress-sound",
                              "b", 1, "transient", "b", content.transient ? 1 : 0,
                              content.milliseconds) >= 0)
        sd_bus_call_async(bus, &call_, call, on_shown, this, answer_limit_usec);
    sd_bus_message_unref(call);
}

int Notification::on_shown(sd_bus_message* reply, void* context, sd_bus_error*) {
    auto& self = *static_cast<Notification*>(context);
    sd_bus* bus = sd_bus_message_get_bus(reply);
    const char* sender = sd_bus_message_get_sender(reply);
    self.call_ = sd_bus_slot_unref(self.call_);
    self.number_ = 0;
    if (sd_bus_message_is_method_error(reply, nullptr) != 0 || sender == nullptr ||
        sd_bus_message_read(reply, "u", &self.number_) <= 0)
        return 0;
    self.server_.assign(sender);
    if (self.over_) self.close(bus);
    return 0;
}

void Notification::close(sd_bus* bus) {
    over_ = true;
    if (number_ == 0) return;
    sd_bus_message* call = new_call(bus, server_.c_str(), "CloseNotification");
    if (call == nullptr) return;
    sd_bus_message_append(call, "u", number_);
    sd_bus_message_set_expect_reply(call, 0);
    sd_bus_send(bus, call, nullptr);
    sd_bus_message_unref(call);
    number_ = 0;
}

void Notification::forget() {
    call_ = sd_bus_slot_unref(call_);
    number_ = 0;
}

bool Notification::is_meant(sd_bus_message* signal, std::uint32_t number) const {
    const char* sender = sd_bus_message_get_sender(signal);
    return number_ != 0 && number == number_ && sender != nullptr && server_.view() == sender;
}

}  // namespace vaktpost::session_helper
