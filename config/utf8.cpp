// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/utf8.h"

namespace vaktpost::config {
namespace {

struct Form {
    std::size_t length;   // bytes; 0: no character starts so
    unsigned char least;  // of the second byte: no character has two spellings, and surrogates and
    unsigned char most;   // what lies above U+10FFFF stay out
};

Form form_of(unsigned char first) {
    if (first < 0x80) return {1, 0x80, 0xbf};
    if (first < 0xc2) return {0, 0, 0};
    if (first < 0xe0) return {2, 0x80, 0xbf};
    if (first == 0xe0) return {3, 0xa0, 0xbf};
    if (first == 0xed) return {3, 0x80, 0x9f};
    if (first < 0xf0) return {3, 0x80, 0xbf};
    if (first == 0xf0) return {4, 0x90, 0xbf};
    if (first < 0xf4) return {4, 0x80, 0xbf};
    if (first == 0xf4) return {4, 0x80, 0x8f};
    return {0, 0, 0};
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const Form form = form_of(byte(0));
    if (form.length == 0 || form.length > text.size()) return 0;
    for (std::size_t i = 1; i < form.length; ++i) {
        const unsigned char least = i == 1 ? form.least : 0x80;
        const unsigned char most = i == 1 ? form.most : 0xbf;
        if (byte(i) < least || byte(i) > most) return 0;
    }
    return form.length;
}

}  // namespace vaktpost::config
