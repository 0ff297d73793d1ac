// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/result.h"

namespace vaktpost::config {

// A place in a file: lines and columns count from 1, columns in characters.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;

    friend bool operator<(Position a, Position b) {
        return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    }
};

// Something wrong in a file, for the person who wrote it. `message` is one line of printable ASCII,
// whatever the file held.
struct Problem {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    std::string message;
};

// "FILE:LINE:COL: message"
std::string to_text(const Problem& problem, std::string_view file_name);

// The first problem, and how many more there are. Its text() reads as to_text() does. Precondition:
// not empty.
core::Error to_error(const std::vector<Problem>& problems, std::string_view file_name);

// What was wrong, in the order of the file. A hostile file cannot make it long.
class Problems {
  public:
    void add(Position at, std::string message);
    [[nodiscard]] std::vector<Problem> sorted() &&;

  private:
    std::vector<Problem> list_;
};

}  // namespace vaktpost::config
