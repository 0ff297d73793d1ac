// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/secret_line.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

using vaktpost::curtain::SecretLine;

namespace {

// Whether any of the keys, which come at once, ended the line.
bool type(SecretLine& line, std::string_view keys) {
    bool ended = false;
    for (const char key : keys) ended = line.put(key) || ended;
    line.pause();
    return ended;
}

}  // namespace

TEST_CASE("a typed line is what was typed, and Enter ends it") {
    SecretLine line;
    CHECK_FALSE(type(line, "blåbær"));
    CHECK(line.text() == "blåbær");
    CHECK(type(line, "\r"));
    CHECK(line.text() == "blåbær");
    CHECK(type(line, "\n"));
}

TEST_CASE("backspace takes one character, however many bytes it has") {
    SecretLine line;
    type(line, "aå€\x7f");
    CHECK(line.text() == "aå");
    type(line, "\x08");
    CHECK(line.text() == "a");
    type(line, "\x7f\x7f\x7f");
    CHECK(line.empty());
}

TEST_CASE("Escape and ^U take the whole line") {
    SecretLine line;
    type(line, "wrong\033");
    CHECK(line.empty());
    type(line, "wrong\025right");
    CHECK(line.text() == "right");
}

TEST_CASE("what is typed after an Escape belongs to the password, brackets too") {
    SecretLine line;
    type(line, "x\033");
    type(line, "[O");
    CHECK(line.text() == "[O");
    type(line, "\033ab");
    CHECK(line.text() == "ab");
}

TEST_CASE("function keys and arrows leave the line alone") {
    SecretLine line;
    type(line, "ab");
    for (const auto* key : {"\033[A", "\033[[A", "\033[15~", "\033[1;5C", "\033OP"}) {
        type(line, key);
        CHECK(line.text() == "ab");
    }
    type(line, "c");
    CHECK(line.text() == "abc");
}

TEST_CASE("keys that are signals elsewhere do nothing") {
    SecretLine line;
    CHECK_FALSE(type(line, std::string_view("\x03\x1a\x1c\x04\x11\x13\x00\t", 8)));
    CHECK(line.empty());
}

TEST_CASE("a line longer than PAM takes is cut") {
    SecretLine line;
    type(line, std::string(SecretLine::limit + 50, 'a'));
    CHECK(line.text() == std::string(SecretLine::limit, 'a'));
}

TEST_CASE("what was taken back is overwritten") {
    SecretLine line;
    type(line, "secret");
    const char* bytes = line.text().data();
    line.clear();
    CHECK(std::string_view(bytes, 6) == std::string_view("\0\0\0\0\0\0", 6));
    type(line, "ab\x7f");
    CHECK(bytes[1] == '\0');
}
