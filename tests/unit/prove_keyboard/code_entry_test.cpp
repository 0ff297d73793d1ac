// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/prove_keyboard/code_entry.h"

#include <linux/input-event-codes.h>

#include <catch2/catch.hpp>
#include <initializer_list>

using vaktpost::prove_keyboard::CodeEntry;
using State = CodeEntry::State;

namespace {

State type(CodeEntry& entry, std::initializer_list<std::uint16_t> keys) {
    State state = State::open;
    for (const auto key : keys) state = entry.press(key);
    return state;
}

}  // namespace

TEST_CASE("a keyboard is proved by the code and Enter, on either block of digits") {
    CodeEntry entry("1290");
    CHECK(type(entry, {KEY_1, KEY_KP2, KEY_9, KEY_0}) == State::open);
    CHECK(entry.press(KEY_KPENTER) == State::proved);
}

TEST_CASE("a digit may be taken back, and other keys are nothing") {
    CodeEntry entry("12");
    CHECK(type(entry, {KEY_LEFTSHIFT, KEY_1, KEY_3, KEY_BACKSPACE, KEY_A, KEY_2, KEY_ENTER}) ==
          State::proved);
}

TEST_CASE("three wrong codes are all there is") {
    CodeEntry entry("12");
    CHECK(type(entry, {KEY_3, KEY_ENTER, KEY_1, KEY_ENTER}) == State::open);
    CHECK(type(entry, {KEY_1, KEY_2, KEY_2, KEY_ENTER}) == State::failed);
    CHECK(type(entry, {KEY_1, KEY_2, KEY_ENTER}) == State::failed);
}

TEST_CASE("Enter alone is no try, and an empty code is never typed") {
    CodeEntry entry("");
    for (int i = 0; i < 10; ++i) CHECK(entry.press(KEY_ENTER) == State::open);
    CHECK(type(entry, {KEY_1, KEY_BACKSPACE, KEY_ENTER}) == State::open);
}

TEST_CASE("what is too long is wrong, however it begins") {
    CodeEntry entry("12");
    CHECK(type(entry, {KEY_1, KEY_2, KEY_1, KEY_2, KEY_BACKSPACE, KEY_ENTER}) == State::proved);
    CodeEntry other("12");
    CHECK(type(other, {KEY_1, KEY_2, KEY_1, KEY_2, KEY_ENTER}) == State::open);
}
