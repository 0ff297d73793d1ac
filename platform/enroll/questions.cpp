// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/questions.h"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <utility>

namespace vaktpost::enroll {
namespace {

constexpr std::size_t longest_answer = 512;  // libcryptsetup takes as much

termios as_it_was{};
volatile bool hidden = false;

void hide_typing() {
    if (::tcgetattr(STDIN_FILENO, &as_it_was) != 0) return;
    termios quiet = as_it_was;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    hidden = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
}

// Byte by byte, so that nothing of a secret stays in a buffer of the library's. False: the line
// does not end, or is too long.
bool read_into(std::string& line) {
    for (char byte = 0;;) {
        const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        if (byte == '\n') return true;
        if (line.size() == longest_answer) return false;
        line += byte;
    }
}

// With room for all of it, a line stays in one place, which Secret overwrites.
std::optional<Secret> read_line() {
    std::string line;
    line.reserve(longest_answer);
    const bool whole = read_into(line);
    Secret answer(std::move(line));
    return whole ? std::optional(std::move(answer)) : std::nullopt;
}

core::Error refused(std::string why) {
    return {ECANCELED, "ask", std::move(why)};
}

core::Result<Secret> ask_hidden(const char* question) {
    std::fputs(question, stderr);
    hide_typing();
    auto line = read_line();
    if (hidden) std::fputc('\n', stderr);
    show_typing_again();
    if (!line) return refused("no passphrase was given");
    return std::move(*line);
}

}  // namespace

void show_typing_again() {
    if (hidden) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &as_it_was);
    hidden = false;
}

core::Status ask_for(const std::string& question, const std::string& answer) {
    std::fputs((question + "\n> ").c_str(), stderr);
    const auto line = read_line();
    if (line && line->text() == answer) return core::Done{};
    return refused("that is not \"" + answer + "\": nothing was changed");
}

core::Result<Secret> ask_passphrase() {
    auto first = ask_hidden("Passphrase of whoever will use it: ");
    if (!first) return first;
    if (first->text().size() < shortest_passphrase)
        return refused("a passphrase must have at least " + std::to_string(shortest_passphrase) +
                       " characters: nothing was changed");
    auto second = ask_hidden("Once more: ");
    if (!second) return second;
    if (first->text() != second->text())
        return refused("the two are not the same: nothing was changed");
    return first;
}

}  // namespace vaktpost::enroll
