// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace vaktpost::session_helper {

// A short string without heap. What does not fit is not taken at all: half a path is a wrong path.
template <std::size_t capacity>
class Text {
  public:
    bool assign(std::string_view text) {
        clear();
        if (text.size() >= capacity) return false;
        if (!text.empty()) std::memcpy(bytes_, text.data(), text.size());
        return true;
    }
    void clear() { std::memset(bytes_, 0, capacity); }
    [[nodiscard]] const char* c_str() const { return bytes_; }
    [[nodiscard]] std::string_view view() const { return bytes_; }
    [[nodiscard]] bool empty() const { return bytes_[0] == '\0'; }

  private:
    char bytes_[capacity] = {};
};

// As substr(), which would bring C++'s exceptions and half its library with it.
constexpr std::string_view head(std::string_view text, std::size_t length) {
    return {text.data(), length < text.size() ? length : text.size()};
}
constexpr std::string_view tail(std::string_view text, std::size_t from) {
    text.remove_prefix(from < text.size() ? from : text.size());
    return text;
}

using SessionId = Text<64>;    // logind's: letters and digits
using ObjectPath = Text<192>;  // of a session, as logind gave it
using BusName = Text<64>;      // unique name on a bus: ":1.7"

}  // namespace vaktpost::session_helper
