// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/keyboard.h"

#include <linux/input-event-codes.h>

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "platform/devices/sysfs.h"
#include "platform/devices/usb_names.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

constexpr int depth_limit = 4;  // interface / HID device / input / inputN
constexpr int letters_of_a_keyboard = 20;

// Words of 64 bits in hex, the most significant first: input_bits_to_string in the kernel's
// input.c, on a 64-bit kernel. All letters lie in the last word.
int letters(const std::string& bitmask) {
    static_assert(KEY_M < 64);
    const auto word = parse_number(bitmask.substr(bitmask.rfind(' ') + 1), 16).value_or(0);
    int count = 0;
    for (const auto& [first, last] :
         {std::pair{KEY_Q, KEY_P}, std::pair{KEY_A, KEY_L}, std::pair{KEY_Z, KEY_M}})
        for (int key = first; key <= last; ++key)
            count += static_cast<int>(word >> static_cast<unsigned>(key) & 1U);
    return count;
}

void search(const fs::path& folder, int depth, InputsBelow& found) {
    const auto keys = read_attribute(folder / "capabilities/key");
    if (!keys.empty()) found.any = true;
    if (letters(keys) >= letters_of_a_keyboard) found.typing = true;
    if (depth == depth_limit) return;
    for (const auto& name : names_in(folder)) {
        std::error_code error;
        if (fs::symlink_status(folder / name, error).type() == fs::file_type::directory &&
            !found.typing)
            search(folder / name, depth + 1, found);
    }
}

}  // namespace

InputsBelow inputs_below(const fs::path& interface_folder) {
    InputsBelow found;
    search(interface_folder, 0, found);
    return found;
}

}  // namespace vaktpost::platform
