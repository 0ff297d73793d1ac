// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/mount_table.h"

#include <algorithm>
#include <array>

namespace vaktpost::platform {
namespace {

// Cuts the first word off, ended by a space or the end.
std::string_view take_word(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

// \040 and the like: getmntent(3)
std::string unescaped(std::string_view field) {
    std::string text;
    for (std::size_t i = 0; i < field.size(); ++i) {
        const auto digit = [&](std::size_t at) {
            return at < field.size() && field[at] >= '0' && field[at] <= '7' ? field[at] - '0' : -1;
        };
        if (field[i] == '\\' && digit(i + 1) >= 0 && digit(i + 2) >= 0 && digit(i + 3) >= 0) {
            text += static_cast<char>(digit(i + 1) * 64 + digit(i + 2) * 8 + digit(i + 3));
            i += 3;
        } else {
            text += field[i];
        }
    }
    return text;
}

bool is_device(std::string_view text) {
    const auto colon = text.find(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
           std::count(text.begin(), text.end(), ':') == 1 &&
           text.find_first_not_of("0123456789:") == std::string_view::npos;
}

}  // namespace

std::vector<MountLine> parse_mounts(std::string_view table) {
    std::vector<MountLine> mounts;
    while (!table.empty()) {
        const auto end = std::min(table.find('\n'), table.size());
        auto line = table.substr(0, end);
        table.remove_prefix(std::min(end + 1, table.size()));
        const auto dash = line.find(" - ");
        if (dash == std::string_view::npos) continue;
        auto behind = line.substr(dash + 3);
        std::array<std::string_view, 5> fields;  // id, parent, device, root, place
        for (auto& field : fields) field = take_word(line);
        if (!is_device(fields[2]) || fields[4].empty()) continue;
        const auto type = take_word(behind);
        mounts.push_back({std::string(fields[2]), unescaped(fields[4]), std::string(type),
                          unescaped(take_word(behind))});
    }
    return mounts;
}

}  // namespace vaktpost::platform
