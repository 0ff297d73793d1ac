// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/keyboard.h"

#include <linux/input-event-codes.h>

#include <cstdint>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "platform/devices/sysfs.h"
#include "platform/devices/usb_names.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

constexpr int depth_limit = 4;  // interface / HID device / input / inputN
constexpr int letters_of_a_keyboard = 20;

using Keys = std::pair<int, int>;  // the first and the last
constexpr Keys letter_rows[] = {{KEY_Q, KEY_P}, {KEY_A, KEY_L}, {KEY_Z, KEY_M}};
constexpr Keys digit_rows[] = {
    {KEY_1, KEY_0}, {KEY_KP7, KEY_KP9}, {KEY_KP4, KEY_KP6}, {KEY_KP1, KEY_KP0}};

// Words of 64 bits in hex, the most significant first: input_bits_to_string in the kernel's
// input.c, on a 64-bit kernel. All keys asked for lie in the last two.
class KeyBits {
  public:
    explicit KeyBits(const std::string& bitmask) {
        const auto last = bitmask.rfind(' ');
        words_[0] = parse_number(bitmask.substr(last + 1), 16).value_or(0);
        if (last == std::string::npos || last == 0) return;
        const auto before = bitmask.rfind(' ', last - 1);
        words_[1] = parse_number(bitmask.substr(before + 1, last - before - 1), 16).value_or(0);
    }

    [[nodiscard]] int count(std::span<const Keys> rows) const {
        int found = 0;
        for (const auto& [first, last] : rows)
            for (int key = first; key <= last; ++key) found += static_cast<int>(has(key));
        return found;
    }

  private:
    [[nodiscard]] bool has(int key) const {
        static_assert(KEY_KP0 < 128 && KEY_M < 128);
        const auto number = static_cast<unsigned>(key);
        return (words_[number / 64] >> number % 64 & 1U) != 0;
    }

    std::uint64_t words_[2] = {};
};

void search(const fs::path& folder, int depth, InputsBelow& found) {
    const auto text = read_attribute(folder / "capabilities/key");
    const KeyBits keys(text);
    const int letters = keys.count(letter_rows);
    if (!text.empty()) found.any = true;
    if (letters > 0 || keys.count(digit_rows) > 0) found.types = true;
    if (letters >= letters_of_a_keyboard) found.keyboard = true;
    if (depth == depth_limit || found.keyboard) return;
    for (const auto& name : names_in(folder)) {
        std::error_code error;
        if (fs::symlink_status(folder / name, error).type() == fs::file_type::directory)
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
