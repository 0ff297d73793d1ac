// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile text in its place: whatever it holds, it ends no field and begins none. Takes valid
// UTF-8, as the parser of JSON leaves it.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace vaktpost::convert {

// C0, DEL or C1, as UTF-8.
bool has_control_character(std::string_view text);

// At most so many bytes, cut between characters.
std::string_view cut(std::string_view text, std::size_t limit);

// One of the seven fields before CEF's extension: backslash and pipe are escaped.
std::string cef_header(std::string_view text);
// A value in CEF's extension: backslash, equals sign and line ends are escaped.
std::string cef_value(std::string_view text);
// In an attribute in double quotes, or between tags. What XML 1.0 cannot hold becomes U+FFFD.
std::string xml_text(std::string_view text);
// One line that no terminal obeys: DEL and C1 are escaped as well.
std::string json_line(const boost::json::value& value);
// RFC 4648, with padding.
std::string base64(std::string_view bytes);

template <class Taker>
void for_each_word(std::string_view words, Taker take) {
    while (!words.empty()) {
        const std::size_t end = words.find(' ');
        take(words.substr(0, end));
        words = end == std::string_view::npos ? std::string_view() : words.substr(end + 1);
    }
}

}  // namespace vaktpost::convert
