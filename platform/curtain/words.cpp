// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/words.h"

#include <libintl.h>

#include <clocale>

namespace vaktpost::curtain {

namespace {
constexpr const char* domain = "vaktpost-curtain";
}

void speak(const char* catalogues) {
    // Where the language is not installed it stays "C", and PAM's modules speak English.
    std::setlocale(LC_ALL, "");
    bindtextdomain(domain, catalogues);
    bind_textdomain_codeset(domain, "UTF-8");
}

const char* say(const char* text) {
    return dgettext(domain, text);
}

}  // namespace vaktpost::curtain
