// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of the agent's own small files: words with one space between them.
#pragma once

#include <charconv>
#include <string_view>
#include <vector>

namespace vaktpost {

inline std::vector<std::string_view> words_in(std::string_view line) {
    std::vector<std::string_view> words;
    for (bool more = true; more;) {
        const auto space = line.find(' ');
        words.push_back(line.substr(0, space));
        more = space != std::string_view::npos;
        if (more) line.remove_prefix(space + 1);
    }
    return words;
}

// False: it is not a number of that type, or more than one.
template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

// Takes the first line of the text.
inline std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

}  // namespace vaktpost
