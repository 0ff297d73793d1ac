// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/notices.h"

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace vaktpost::session_helper {

namespace {

constexpr const char* server = "org.freedesktop.Notifications";
constexpr const char* server_path = "/org/freedesktop/Notifications";

struct Entry {
    const char* notice;
    NoticeWords norwegian;
    NoticeWords english;
};

constexpr Entry entries[] = {
    {"idle_warning",
     {"Skjermen låses om %u sekunder", "Trykk en tast eller beveg musen for å fortsette.", true},
     {"The screen locks in %u seconds", "Press a key or move the mouse to go on.", true}},
    {"card_removed",
     {"Kortet ditt er tatt ut",
      "Skjermen låses ikke av seg selv på denne maskinen. Lås den når du går.", true},
     {"Your card was taken out",
      "The screen does not lock by itself on this machine. Lock it when you leave.", true}},
    {"presence_lost",
     {"Mistet kontakt med kortleseren",
      "Skjermen låses ikke av seg selv på denne maskinen. Lås den når du går.", true},
     {"Lost contact with the card reader",
      "The screen does not lock by itself on this machine. Lock it when you leave.", true}},
    {"medium_blocked",
     {"Lagringsenheten er sperret",
      "Bare krypterte enheter kan brukes her. Brukerstøtte kan hjelpe deg videre.", false},
     {"The storage device is blocked",
      "Only encrypted devices can be used here. The help desk can assist you.", false}},
    {"medium_admitted",
     {"Lagringsenheten er godkjent", "Den er kryptert, og du kan låse den opp.", false},
     {"The storage device is approved", "It is encrypted, and you can unlock it.", false}},
    {"device_blocked",
     {"USB-enheten er sperret",
      "Den er ikke tillatt på denne maskinen. Brukerstøtte kan hjelpe deg videre.", false},
     {"The USB device is blocked",
      "It is not allowed on this machine. The help desk can assist you.", false}},
};

// Which variable decides: locale(7).
const char* locale_of_messages() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return value;
    }
    return "C";
}

bool is_norwegian(std::string_view locale) {
    for (const char* language : {"nb", "nn", "no"}) {
        if (!locale.starts_with(language)) continue;
        if (locale.size() == 2 || locale[2] == '_' || locale[2] == '.' || locale[2] == '@')
            return true;
    }
    return false;
}

sd_bus_message* new_call(sd_bus* bus, const char* member) {
    sd_bus_message* call = nullptr;
    if (bus == nullptr ||
        sd_bus_message_new_method_call(bus, &call, server, server_path, server, member) < 0)
        return nullptr;
    sd_bus_message_set_auto_start(call, 0);
    return call;
}

}  // namespace

const NoticeWords* notice_words(std::string_view notice, std::string_view locale) {
    for (const auto& entry : entries)
        if (notice == entry.notice) return is_norwegian(locale) ? &entry.norwegian : &entry.english;
    return nullptr;
}

void Notices::show(const NoticeText& notice) {
    if (notice.notice.view() == "idle_warning_over") return take_away();
    const auto* words = notice_words(notice.notice.view(), locale_of_messages());
    if (words != nullptr) notify(notice, *words, notice.notice.view() == "idle_warning");
}

void Notices::notify(const NoticeText& notice, const NoticeWords& words, bool countdown) {
    char summary[128];
    char body[256];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    std::snprintf(summary, sizeof summary, words.summary, notice.seconds);
#pragma GCC diagnostic pop
    const bool coded = !notice.code.empty();
    std::snprintf(body, sizeof body, "%s%s%s%s", words.body, coded ? " (" : "", notice.code.c_str(),
                  coded ? ")" : "");
    const int shown_for =
        countdown ? static_cast<int>(notice.seconds * 1000) : -1;  // milliseconds; -1: as it likes
    const int urgency = words.warning ? 2 : 1;                     // critical, normal
    sd_bus* bus = bus_.get();
    sd_bus_message* call = new_call(bus, "Notify");
    if (call == nullptr) return;
    if (sd_bus_message_append(call, "susssasa{sv}i", "Vaktpost", countdown ? countdown_ : 0U, "",
                              summary, body, 0, 1, "urgency", "y", urgency, shown_for) >= 0) {
        if (countdown) {
            over_ = false;
            shown_ = sd_bus_slot_unref(shown_);
            sd_bus_call_async(bus, &shown_, call, on_shown, this, 0);
        } else {
            sd_bus_message_set_expect_reply(call, 0);
            sd_bus_send(bus, call, nullptr);
        }
    }
    sd_bus_message_unref(call);
}

int Notices::on_shown(sd_bus_message* reply, void* context, sd_bus_error*) {
    auto& self = *static_cast<Notices*>(context);
    self.shown_ = sd_bus_slot_unref(self.shown_);
    std::uint32_t number = 0;
    if (sd_bus_message_is_method_error(reply, nullptr) != 0 ||
        sd_bus_message_read(reply, "u", &number) <= 0)
        return 0;
    self.countdown_ = number;
    if (self.over_) self.take_away();
    return 0;
}

void Notices::take_away() {
    over_ = true;
    if (countdown_ == 0) return;
    sd_bus* bus = bus_.get();
    sd_bus_message* call = new_call(bus, "CloseNotification");
    if (call == nullptr) return;
    sd_bus_message_append(call, "u", countdown_);
    sd_bus_message_set_expect_reply(call, 0);
    sd_bus_send(bus, call, nullptr);
    sd_bus_message_unref(call);
    countdown_ = 0;
}

}  // namespace vaktpost::session_helper
