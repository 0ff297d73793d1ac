// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace vaktpost::cli {

// Standard output by the line. Lines are collected; what has not been flushed is not lost but
// written at the end.
class Output {
  public:
    Output() = default;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output() { (void)flush(); }

    // False: nobody can read on, end.
    bool line(std::string_view text);
    bool flush();

    // Standard output is a terminal.
    [[nodiscard]] static bool coloured();

    // It ended because the disk was full or the like, not because the reader left.
    [[nodiscard]] bool failed() const { return failed_; }

  private:
    std::string pending_;
    bool open_ = true;
    bool failed_ = false;
};

// "vaktpost: text" on standard error.
void print_error(std::string_view text);

enum class Colour { none, yellow, red, green };

// The text in that colour where standard output is a terminal.
std::string in_colour(std::string_view text, Colour colour);

// Hostile text as one word that forges nothing: as it is where it consists of letters, digits and
// ._:/+@,- alone, otherwise in double quotes, everything that is not printable ASCII as \xNN.
std::string as_word(std::string_view text);

}  // namespace vaktpost::cli
