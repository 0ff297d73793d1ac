// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "platform/base/journal.h"

namespace vaktpost::cli {
namespace {

constexpr std::size_t collected = 64 << 10;

std::string_view code_of(Colour colour) {
    switch (colour) {
        case Colour::yellow:
            return "\x1b[33m";
        case Colour::red:
            return "\x1b[1;31m";
        case Colour::green:
            return "\x1b[32m";
        case Colour::none:
            break;
    }
    return {};
}

}  // namespace

bool Output::line(std::string_view text) {
    (pending_ += text) += '\n';
    return pending_.size() < collected ? open_ : flush();
}

bool Output::flush() {
    std::string_view rest = pending_;
    while (open_ && !rest.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            open_ = false;
            failed_ = errno != EPIPE;
            if (failed_) print_error(std::string("cannot write: ") + std::strerror(errno));
            break;
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    pending_.clear();
    return open_;
}

bool Output::coloured() {
    return ::isatty(STDOUT_FILENO) == 1;
}

void print_error(std::string_view text) {
    std::cerr << "vaktpost: " << text << '\n';
}

std::string in_colour(std::string_view text, Colour colour) {
    if (colour == Colour::none || !Output::coloured()) return std::string(text);
    return std::string(code_of(colour)) + std::string(text) + "\x1b[0m";
}

std::string as_word(std::string_view text) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/+@,-";
    if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos)
        return std::string(text);
    std::string word = "\"";
    for (const char c : platform::printable(text)) {
        if (c == '"')
            word += "\\x22";
        else
            word += c;
    }
    return word + '"';
}

}  // namespace vaktpost::cli
