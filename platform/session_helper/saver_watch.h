// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <string_view>

#include "platform/session_helper/text.h"
#include "platform/session_helper/timer.h"
#include "platform/session_helper/user_bus.h"

namespace vaktpost::session_helper {

// The desktop's screen saver: whoever owns one of five names on the user's bus, and says by
// GetActive whether it covers the screen. No table of desktops can go out of date, and sway, i3 and
// the like have none. A name may also be owned by a program that only keeps the screen awake; it
// has no GetActive and counts for nothing.
//
// A screen saver speaks for one session: the one that was the user's only graphical one when both
// were there. A second session beside it gets none, rather than another session's word.
//
// ActiveChanged is only a reason to ask, and only from the name's owner. Its "no" is believed at
// once, its "yes" when GetActive confirms it. What a saver said last stays said until it says
// otherwise or is gone; one that does not answer within a second is no longer `present`, but its
// word, when it comes, is as good as any.
class SaverWatch {
  public:
    // `context` hears of every answer, whether it changes anything or not.
    using Changed = void (*)(void* context);
    // A bit for each screen saver.
    using Savers = unsigned;

    SaverWatch(sd_event* loop, UserBus& bus, Changed changed, void* context);
    SaverWatch(const SaverWatch&) = delete;
    SaverWatch& operator=(const SaverWatch&) = delete;
    ~SaverWatch();

    // Begins to watch, also again after the bus was lost. Nothing while it watches already.
    void start();

    // The user's only graphical session; empty: none, or several.
    void set_only_session(std::string_view session);
    void forget(std::string_view session);

    // There is one and it answers.
    [[nodiscard]] bool present(std::string_view session) const;
    [[nodiscard]] bool active(std::string_view session) const { return saying_yes(session) != 0; }
    // Those whose last word is that they cover the screen, and that they do not. One that is gone,
    // or was replaced and has not answered yet, is among neither.
    [[nodiscard]] Savers saying_yes(std::string_view session) const;
    [[nodiscard]] Savers saying_no(std::string_view session) const;
    // An answer is still to come, for a second at most.
    [[nodiscard]] bool asking(std::string_view session) const;
    void ask(std::string_view session);

  private:
    static constexpr unsigned most_savers = 5;
    enum class Word { none, no, yes };
    struct Saver {
        SaverWatch* watch = nullptr;
        unsigned index = 0;
        BusName owner;                  // empty: the name is free
        SessionId session;              // the one it speaks for; empty: not known
        sd_bus_slot* naming = nullptr;  // the question who owns the name
        sd_bus_slot* state = nullptr;   // GetActive under way
        sd_bus_slot* signals = nullptr;
        bool answers = false;
        Word word = Word::none;  // whether it covers the screen
    };

    static int on_disconnected(sd_bus_message* signal, void* self, sd_bus_error* error);
    static int on_owner_changed(sd_bus_message* signal, void* self, sd_bus_error* error);
    static int on_owner(sd_bus_message* reply, void* saver, sd_bus_error* error);
    static int on_active_changed(sd_bus_message* signal, void* saver, sd_bus_error* error);
    static int on_state(sd_bus_message* reply, void* saver, sd_bus_error* error);
    static void on_retry(void* self);
    void subscribe(sd_bus* bus);
    void take_owner(Saver& saver, std::string_view owner);
    void release(Saver& saver);
    void ask(Saver& saver);
    void assign();
    [[nodiscard]] Savers saying(Word word, std::string_view session) const;
    [[nodiscard]] static bool speaks_for(const Saver& saver, std::string_view session);

    sd_event* loop_;
    UserBus& bus_;
    Changed changed_;
    void* context_;
    Timer retry_;
    std::uint64_t retry_delay_ = 0;  // milliseconds
    unsigned generation_ = 0;        // of the bus we watch; 0: none
    SessionId only_session_;
    Saver savers_[most_savers];
};

}  // namespace vaktpost::session_helper
