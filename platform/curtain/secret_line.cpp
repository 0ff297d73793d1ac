// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/secret_line.h"

#include <cstring>

namespace vaktpost::curtain {
namespace {

constexpr char escape = 0x1b;
constexpr char erase = 0x7f;
constexpr char backspace = 0x08;
constexpr char erase_all = 0x15;  // ^U

bool is_control(char byte) {
    return static_cast<unsigned char>(byte) < 0x20 || byte == erase;
}

bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

}  // namespace

bool SecretLine::put(char byte) {
    if (state_ == State::escape && byte != '[' && byte != 'O') pause();  // it stood alone
    if (state_ == State::plain) return plain(byte);
    continue_sequence(byte);
    return false;
}

bool SecretLine::plain(char byte) {
    switch (byte) {
        case '\r':
        case '\n':
            return true;
        case erase:
        case backspace:
            take_back();
            return false;
        case erase_all:
            clear();
            return false;
        case escape:
            state_ = State::escape;
            return false;
        default:
            if (!is_control(byte) && used_ < limit) bytes_[used_++] = byte;
            return false;
    }
}

// console_codes(4): "ESC [ … final", "ESC O x", and the Linux console's own "ESC [ [ x".
void SecretLine::continue_sequence(char byte) {
    const bool final = byte >= 0x40 && byte <= 0x7e;
    if (state_ == State::escape)
        state_ = byte == '[' ? State::linux_function : State::one_more;
    else if (state_ == State::linux_function && byte == '[')
        state_ = State::one_more;
    else
        state_ = state_ == State::one_more || final ? State::plain : State::sequence;
}

void SecretLine::pause() {
    if (state_ == State::escape) clear();
    state_ = State::plain;
}

void SecretLine::clear() {
    wipe_from(0);
}

void SecretLine::take_back() {
    std::size_t place = used_;
    while (place > 0 && continues_character(bytes_[place - 1])) --place;
    wipe_from(place > 0 ? place - 1 : 0);
}

void SecretLine::wipe_from(std::size_t place) {
    explicit_bzero(bytes_.data() + place, used_ - place);
    used_ = place;
}

}  // namespace vaktpost::curtain
