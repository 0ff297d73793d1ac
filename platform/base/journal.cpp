// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/journal.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace vaktpost::platform {
namespace {

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

void write_line(std::string_view prefix, std::string_view text) {
    std::string line(prefix);
    line += text;
    std::replace_if(line.begin(), line.end(), is_control, '?');  // one call, one line
    line += '\n';
    // Under systemd standard error is a socket, and a journal that hangs must not stop the loop.
    if (::send(STDERR_FILENO, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
        errno == ENOTSOCK)
        static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

}  // namespace

void warn(std::string_view text) {
    write_line("<4>", text);
}
void info(std::string_view text) {
    write_line("<6>", text);
}

std::string printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string escaped;
    for (const char c : text.substr(0, 256)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f && c != '\\') {
            escaped += c;
        } else {
            escaped += "\\x";
            escaped += digits[byte >> 4U];
            escaped += digits[byte & 0xfU];
        }
    }
    return escaped;
}

}  // namespace vaktpost::platform
