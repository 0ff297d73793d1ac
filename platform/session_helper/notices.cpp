// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/notices.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace vaktpost::session_helper {

namespace {

// NotificationClosed's reason; all but this one are somebody's wish.
constexpr std::uint32_t expired = 1;
constexpr unsigned last_seconds = 5;

std::uint64_t now_ms() {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1000 +
           static_cast<std::uint64_t>(time.tv_nsec) / 1'000'000;
}

// Begun seconds count.
unsigned seconds_left(std::uint64_t until) {
    const auto now = now_ms();
    return until > now ? static_cast<unsigned>((until - now + 999) / 1000) : 0;
}

bool counts_down(Place place) {
    return place == Place::idle || place == Place::presence;
}

bool stays(Place place) {
    return place == Place::hold || place == Place::warning || place == Place::proof;
}

// "14:35"
Text<16> time_of_day(unsigned seconds_from_now) {
    const std::time_t at = std::time(nullptr) + static_cast<std::time_t>(seconds_from_now);
    tm local{};
    char bytes[16] = {};
    localtime_r(&at, &local);
    std::strftime(bytes, sizeof bytes, "%H:%M", &local);
    Text<16> text;
    text.assign(bytes);
    return text;
}

// The formats are our own, and msgfmt checks that the translations take the same.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
template <std::size_t size, class... Parts>
void print(char (&into)[size], const char* format, Parts... parts) {
    std::snprintf(into, size, format, parts...);
}
#pragma GCC diagnostic pop

}  // namespace

Notices::Notices(sd_event* loop, UserBus& bus, UserEnvironment& environment,
                 const Handlers& handlers)
    : loop_(loop),
      bus_(bus),
      language_(environment.language),
      question_(bus, environment),
      handlers_(handlers) {
    for (auto& banner : banners_) banner.notices = this;
}

// The desktop may have changed the language since: asked each time, notices are rare.
void Notices::show(const NoticeText& notice) {
    if (waiting_count_ == most_waiting) show_waiting();
    waiting_[waiting_count_++] = notice;
    if (!question_.running() && !question_.start(on_environment, this)) show_waiting();
}

void Notices::on_environment(void* context) {
    static_cast<Notices*>(context)->show_waiting();
}

void Notices::show_waiting() {
    for (unsigned i = 0; i < waiting_count_; ++i) take(waiting_[i]);
    waiting_count_ = 0;
    stop_listening_when_idle();
}

void Notices::take(const NoticeText& notice) {
    const auto ended = place_ended(notice.notice.view());
    if (ended != places) return take_away(banners_[ended]);
    const auto* words = notice_words(notice.notice.view());
    if (words == nullptr || handlers_.is_locked(handlers_.context, notice.session.view())) return;
    auto& banner = banners_[static_cast<unsigned>(words->place)];
    banner.words = words;
    banner.text = notice;
    banner.until = now_ms() + notice.seconds * 1000ULL;
    // What is said about a second device does not take the place of what was said about the first.
    if (words->place == Place::message || banner.notification.pending())
        banner.notification.forget();
    draw(banner);
}

void Notices::draw(Banner& banner) {
    sd_bus* bus = bus_.get();
    if (bus == nullptr) return;
    listen(bus);
    const auto& words = *banner.words;
    const bool counting = counts_down(words.place);
    const unsigned left = counting ? seconds_left(banner.until) : 0;
    char summary[128];
    char code[64] = "";
    char body[512];
    const char* format = language_.translate(words.summary, words.summary_many, left);
    if (counting)
        print(summary, format, left);
    else
        print(summary, format, time_of_day(banner.text.seconds).c_str());
    if (!banner.text.code.empty())
        print(code, language_.translate(code_line), banner.text.code.c_str());
    std::snprintf(body, sizeof body, "%s%s%s", language_.translate(words.body),
                  code[0] != '\0' ? "\n" : "", code);
    Notification::Content content;
    content.summary = summary;
    content.body = body;
    content.button = banner.text.hold.empty() ? nullptr : language_.translate(hold_button);
    content.transient = !stays(words.place);
    if (stays(words.place)) content.milliseconds = 0;
    if (counting) {
        content.milliseconds = static_cast<int>(left * 1000);
        const unsigned next =
            left > last_seconds ? (left - 1) / last_seconds * last_seconds : std::max(left, 1U) - 1;
        banner.tick.start(loop_, (left - next) * 1000ULL, on_tick, &banner);
    }
    banner.notification.show(bus, content);
}

void Notices::on_tick(void* context) {
    auto& banner = *static_cast<Banner*>(context);
    auto& self = *banner.notices;
    const bool locked =
        self.handlers_.is_locked(self.handlers_.context, banner.text.session.view());
    if (locked || seconds_left(banner.until) == 0)
        self.take_away(banner);
    else
        self.draw(banner);
    self.stop_listening_when_idle();
}

void Notices::take_away(Banner& banner) {
    banner.tick.stop();
    banner.notification.close(bus_.get());
}

void Notices::listen(sd_bus* bus) {
    if (generation_ == bus_.generation() && signals_[0] != nullptr) return;
    stop_listening();
    generation_ = bus_.generation();
    char rule[256];
    const char* const members[] = {"ActionInvoked", "NotificationClosed"};
    for (unsigned i = 0; i < 2; ++i) {
        std::snprintf(rule, sizeof rule,
                      "type='signal',sender='%s',path='%s',interface='%s',member='%s'",
                      notification_server, notification_path, notification_server, members[i]);
        sd_bus_add_match_async(bus, &signals_[i], rule, on_signal, nullptr, this);
    }
    std::snprintf(rule, sizeof rule,
                  "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                  "member='NameOwnerChanged',arg0='%s'",
                  notification_server);
    sd_bus_add_match_async(bus, &signals_[2], rule, on_server_changed, nullptr, this);
}

void Notices::stop_listening() {
    for (auto& slot : signals_) slot = sd_bus_slot_unref(slot);
}

// Every program's notifications would wake us.
void Notices::stop_listening_when_idle() {
    for (const auto& banner : banners_)
        if (banner.notification.live() || banner.tick.running()) return;
    stop_listening();
}

int Notices::on_signal(sd_bus_message* signal, void* context, sd_bus_error*) {
    auto& self = *static_cast<Notices*>(context);
    const bool closed =
        sd_bus_message_is_signal(signal, notification_server, "NotificationClosed") > 0;
    std::uint32_t number = 0;
    if (sd_bus_message_read(signal, "u", &number) <= 0) return 0;
    for (auto& banner : self.banners_) {
        if (!banner.notification.is_meant(signal, number)) continue;
        if (closed)
            self.closed(banner, signal);
        else
            self.pressed(banner, signal);
        break;
    }
    self.stop_listening_when_idle();
    return 0;
}

void Notices::pressed(const Banner& banner, sd_bus_message* signal) {
    const char* key = nullptr;
    if (sd_bus_message_read(signal, "s", &key) <= 0 || banner.text.hold.empty() ||
        std::string_view(key) != Notification::button_key)
        return;
    handlers_.hold(handlers_.context, banner.text.session.view(), banner.text.hold.view());
}

// A countdown that a desktop hides after a few seconds comes back with the next number. One that
// somebody put away does not.
void Notices::closed(Banner& banner, sd_bus_message* signal) {
    std::uint32_t reason = 0;
    sd_bus_message_read(signal, "u", &reason);
    banner.notification.forget();
    if (reason != expired) banner.tick.stop();
}

// The numbers of a server that has gone may be anybody's at the next one.
int Notices::on_server_changed(sd_bus_message* signal, void* context, sd_bus_error*) {
    auto& self = *static_cast<Notices*>(context);
    const char* owner = nullptr;
    if (sd_bus_message_read(signal, "sss", nullptr, nullptr, &owner) <= 0) return 0;
    for (auto& banner : self.banners_)
        if (!banner.notification.is_shown_by(owner)) banner.notification.forget();
    self.stop_listening_when_idle();
    return 0;
}

}  // namespace vaktpost::session_helper
