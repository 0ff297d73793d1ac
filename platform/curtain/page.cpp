// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/page.h"

#include <algorithm>

namespace vaktpost::curtain {
namespace {

// console_codes(4)
constexpr std::string_view utf8 = "\033%G";
constexpr std::string_view empty_screen = "\033[0m\033[?25l\033[H\033[2J\033[3J";
constexpr std::string_view show_cursor = "\033[?25h";
constexpr std::string_view dim = "\033[0;2m";
constexpr std::string_view plain = "\033[0m";

// How many bytes the character at the front has; 0: that is none.
std::size_t character_length(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xc2 && first < 0xe0   ? 2
                               : first >= 0xe0 && first < 0xf0 ? 3
                               : first >= 0xf0 && first < 0xf5 ? 4
                                                               : 0;
    if (length == 0 || text.size() < length) return 0;
    const bool whole = std::all_of(text.begin() + 1, text.begin() + static_cast<long>(length),
                                   [](char byte) { return (byte & '\xc0') == '\x80'; });
    return whole ? length : 0;
}

bool steers(std::string_view character) {
    if (character.size() == 1) return character[0] < 0x20 || character[0] == 0x7f;
    return character.size() == 2 && character[0] == '\xc2' && character[1] < '\xa0';
}

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (byte & '\xc0') != '\x80'; }));
}

class Drawing {
  public:
    explicit Drawing(ScreenSize size) : size_(size) {
        bytes_ += utf8;
        bytes_ += empty_screen;
    }

    void line(unsigned row, std::string_view text, std::string_view look) {
        const auto clean = clean_text(text, size_.columns);
        if (clean.empty()) return;
        go(row, (size_.columns - columns_of(clean)) / 2);
        bytes_ += look;
        bytes_ += clean;
    }

    // Its left edge stays where it is while somebody types.
    void prompt(unsigned row, std::string_view text, bool typed) {
        const auto clean = clean_text(text, size_.columns / 2);
        if (clean.empty()) return;
        const auto width = columns_of(clean) + 5;
        go(row, size_.columns > width ? (size_.columns - width) / 2 : 0);
        bytes_ += plain;
        bytes_ += clean;
        bytes_ += typed ? " *** " : " ";
        bytes_ += show_cursor;
    }

    std::string take() { return std::move(bytes_); }

  private:
    void go(unsigned row, std::size_t column) {
        bytes_ += "\033[" + std::to_string(std::min(row, size_.rows - 1) + 1) + ";" +
                  std::to_string(column + 1) + "H";
    }

    ScreenSize size_;
    std::string bytes_;
};

}  // namespace

std::string clean_text(std::string_view text, std::size_t columns) {
    std::string clean;
    while (!text.empty() && columns-- > 0) {
        const std::size_t length = character_length(text);
        const auto character = text.substr(0, std::max<std::size_t>(length, 1));
        if (length == 0 || steers(character))
            clean += '?';
        else
            clean += character;
        text.remove_prefix(character.size());
    }
    return clean;
}

std::string drawn(const Page& page, ScreenSize size) {
    size.rows = std::max(size.rows, 1U);
    size.columns = std::max(size.columns, 1U);
    Drawing drawing(size);
    const unsigned top = size.rows > 12 ? size.rows / 2 - 6 : 0;
    drawing.line(top, page.title, plain);
    drawing.line(top + 2, page.comfort, dim);
    drawing.line(top + 5, page.account, plain);
    drawing.line(top + 9, page.message, plain);
    drawing.line(top + 11, page.help, dim);
    drawing.prompt(top + 7, page.prompt, page.typed);
    return drawing.take();
}

}  // namespace vaktpost::curtain
