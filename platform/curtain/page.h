// SPDX-License-Identifier: GPL-3.0-or-later
// What stands on the curtain: a few words in the middle of a dark screen.
#pragma once

#include <string>
#include <string_view>

namespace vaktpost::curtain {

struct Page {
    std::string title;
    std::string comfort;  // nothing is lost
    std::string account;
    std::string prompt;
    std::string message;  // of the last try, or of what is going on
    std::string help;
    bool typed = false;  // something was typed; never how much
};

struct ScreenSize {
    unsigned rows = 25;
    unsigned columns = 80;
};

// The bytes that put it on a Linux console in UTF-8, with the cursor behind the prompt. Texts are
// cleaned and cut to the screen's width.
std::string drawn(const Page& page, ScreenSize size);

// At most `columns` characters of the text. Control characters, those of the upper half too, and
// what is no UTF-8 become '?': names and messages of login modules must not steer the terminal.
std::string clean_text(std::string_view text, std::size_t columns);

}  // namespace vaktpost::curtain
