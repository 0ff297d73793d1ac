// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/copy_text.h"

namespace vaktpost::verify {

std::string_view without_copy_escapes(std::string_view column, std::string& room) {
    if (column.find('\\') == std::string_view::npos) return column;
    constexpr std::string_view letters = "bfnrtv";
    constexpr std::string_view meant = "\b\f\n\r\t\v";
    room.clear();
    for (std::size_t i = 0; i < column.size(); ++i) {
        if (column[i] != '\\' || i + 1 == column.size()) {
            room += column[i];
            continue;
        }
        const char letter = column[++i];
        const auto place = letters.find(letter);
        room += place == std::string_view::npos ? letter : meant[place];
    }
    return room;
}

}  // namespace vaktpost::verify
