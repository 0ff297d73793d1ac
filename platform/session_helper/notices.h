// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>

#include "platform/session_helper/protocol.h"
#include "platform/session_helper/user_bus.h"

namespace vaktpost::session_helper {

struct NoticeWords {
    const char* summary;  // may hold one %u: seconds
    const char* body;
    bool warning;  // shown until dealt with
};

// What a notice (a word of core::Notice) says in the language of the locale: Norwegian bokmål for
// any Norwegian one, else English. Null: a notice without words of its own.
const NoticeWords* notice_words(std::string_view notice, std::string_view locale);

// Shows notices by org.freedesktop.Notifications, if a program that does is running; starts none,
// waits for none.
class Notices {
  public:
    explicit Notices(UserBus& bus) : bus_(bus) {}
    Notices(const Notices&) = delete;
    Notices& operator=(const Notices&) = delete;
    ~Notices() { sd_bus_slot_unref(shown_); }

    void show(const NoticeText& notice);

  private:
    static int on_shown(sd_bus_message* reply, void* self, sd_bus_error* error);
    void notify(const NoticeText& notice, const NoticeWords& words, bool countdown);
    void take_away();

    UserBus& bus_;
    sd_bus_slot* shown_ = nullptr;  // the answer to the countdown's Notify
    std::uint32_t countdown_ = 0;   // its number, replaced and closed by it; 0: none
    bool over_ = false;             // already to be taken away when the number comes
};

}  // namespace vaktpost::session_helper
