// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace vaktpost::verify {

// Goes through JSON as the agent writes it: without blanks, without control characters, valid
// UTF-8. Copies nothing and never reads beyond its text, whatever that holds. After a false or
// empty answer the text is not such JSON, and the scanner is of no use any more.
class JsonScan {
  public:
    explicit JsonScan(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool next_is(char c) const { return !rest_.empty() && rest_[0] == c; }

    bool take(char c);

    // What stands between the quotes, escapes as they are.
    std::optional<std::string_view> string();

    // Any value, as it is written.
    std::optional<std::string_view> value();

  private:
    bool skip_value();
    bool skip_string();
    bool skip_number();
    bool skip_digits();
    bool skip_character();
    bool skip_escape();
    bool skip_word(std::string_view word);

    std::string_view rest_;
};

}  // namespace vaktpost::verify
