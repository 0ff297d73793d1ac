// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "platform/session_helper/text.h"

namespace vaktpost::session_helper {

// The environment's variables that name a language, locale(7) and gettext(3).
struct LocaleVariables {
    Text<64> language;  // LANGUAGE
    Text<64> all;       // LC_ALL
    Text<64> messages;  // LC_MESSAGES
    Text<64> lang;      // LANG

    void take(std::string_view variable);
    void clear();
    [[nodiscard]] bool empty() const;
};

using Languages = Text<96>;  // as LANGUAGE: "nn:nb"

// The catalogues to look into, best first; empty: English, as the source has it. No catalogue
// beyond Norway's is expected to be there, but any is used that is. Whoever lives in Norway and
// has no catalogue gets bokmål.
Languages languages_of(const LocaleVariables& variables);

// Translates by gettext. The language is the one that the desktop told the user manager, else our
// own environment's.
//
// Debian has no locales but C and C.UTF-8 unless somebody generated them: C.UTF-8 makes gettext
// obey LANGUAGE. Both are put back after each translation: lockers and sign-out commands inherit
// our environment.
class Language {
  public:
    // Finds our own language, and the catalogues: in VAKTPOST_LOCALE_DIR if that is set.
    void begin();
    void forget_manager() { manager_.clear(); }
    void take_from_manager(std::string_view variable) { manager_.take(variable); }

    // Never null; valid for ever. `plural` may be null; `count` decides between the two.
    const char* translate(const char* text, const char* plural = nullptr, unsigned count = 1);

  private:
    LocaleVariables own_;
    LocaleVariables manager_;
};

}  // namespace vaktpost::session_helper
