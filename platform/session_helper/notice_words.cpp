// SPDX-License-Identifier: GPL-3.0-or-later
// What notices say: for people in the middle of something else. What happened to *your* card, what
// to do, nothing about how it works. po/ has the translations.
#include "platform/session_helper/notice_words.h"

// For xgettext: a text, and one that counts.
#define N_(text) text
#define NP_(one, many) one, many

namespace vaktpost::session_helper {

namespace {

struct Entry {
    const char* notice;  // a word of core::Notice
    NoticeWords words;
};

constexpr Entry entries[] = {
    {"idle_warning",
     {Place::idle, NP_("The screen locks in %u second", "The screen locks in %u seconds"),
      N_("Press a key or move the mouse to go on.")}},
    {"presence_warning",
     {Place::presence, NP_("The screen locks in %u second", "The screen locks in %u seconds"),
      N_("Lost contact with the card reader. Check its cable, or take your card out and put it in "
         "again.")}},
    {"card_removed",
     {Place::warning, N_("Your card was taken out"), nullptr,
      N_("The screen does not lock by itself on this machine. Lock it when you leave.")}},
    {"presence_lost",
     {Place::warning, N_("Lost contact with the card reader"), nullptr,
      N_("The screen does not lock by itself on this machine. Lock it when you leave.")}},
    {"no_way_back",
     {Place::warning, N_("The screen is not locked"), nullptr,
      N_("Nobody could unlock it again, since a keyboard or card reader is missing. Do not leave "
         "the machine, and call the help desk.")}},
    {"card_left",
     {Place::warning, N_("Your card is still in the reader"), nullptr,
      N_("Take it with you when you leave.")}},
    {"hold",
     {Place::hold, N_("The screen is kept open until %s"), nullptr,
      N_("Lock it when you leave. Taking your card out works as always.")}},
    {"medium_blocked",
     {Place::message, N_("The storage device is blocked"), nullptr,
      N_("Only encrypted devices can be used here. The help desk can assist you.")}},
    {"medium_admitted",
     {Place::message, N_("The storage device is approved"), nullptr,
      N_("It is encrypted, and you can unlock it.")}},
    {"medium_read_only",
     {Place::message, N_("The storage device can only be read"), nullptr,
      N_("It is not encrypted. You can open files from it, but not save to it.")}},
    {"device_blocked",
     {Place::message, N_("The USB device is blocked"), nullptr,
      N_("It is not allowed on this machine. The help desk can assist you.")}},
    {"second_uplink",
     {Place::message, N_("Two networks at once"), nullptr,
      N_("This machine is on another network beside the internal one. Disconnect from it. The help "
         "desk can assist you.")}},
    {"network_sharing",
     {Place::message, N_("The network is shared"), nullptr,
      N_("This machine can let others onto the network. Turn that off. The help desk can assist "
         "you.")}},
    {"exception_ends",
     {Place::message, N_("A USB device can be used until %s"), nullptr,
      N_("It was allowed for a while, and will be blocked then. Finish what you do with it.")}},
    {"prove_keyboard",
     {Place::proof, N_("A new keyboard was plugged in"), nullptr,
      N_("Type this code on it and press Enter. If you did not plug it in, do nothing and call the "
         "help desk.")}},
};

struct End {
    const char* notice;
    Place place;
};
constexpr End ends[] = {
    {"idle_warning_over", Place::idle},
    {"presence_warning_over", Place::presence},
    {"hold_over", Place::hold},
    {"prove_keyboard_over", Place::proof},
};

}  // namespace

const char* const hold_button = N_("Keep the screen open");
const char* const code_line = N_("Code %s");

const NoticeWords* notice_words(std::string_view notice) {
    for (const auto& entry : entries)
        if (notice == entry.notice) return &entry.words;
    return nullptr;
}

unsigned place_ended(std::string_view notice) {
    for (const auto& end : ends)
        if (notice == end.notice) return static_cast<unsigned>(end.place);
    return places;
}

}  // namespace vaktpost::session_helper
