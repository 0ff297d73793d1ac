// SPDX-License-Identifier: GPL-3.0-or-later
// What the curtain says, in the system's language: gettext(3), domain vaktpost-curtain. The texts
// in the code are Norwegian bokmål, so that is what stands where a language has no catalogue.
#pragma once

namespace vaktpost::curtain {

inline constexpr const char* catalogue_folder = "/usr/share/locale";

// Takes the language from the environment. To be called once, before any other thread.
void speak(const char* catalogues = catalogue_folder);

// Translated; the text itself where there is no translation. Always UTF-8.
const char* say(const char* text);

}  // namespace vaktpost::curtain
