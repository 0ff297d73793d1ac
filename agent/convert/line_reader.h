// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vaktpost::convert {

// No record is longer, in bytes; more of a line is never held in memory.
inline constexpr std::size_t line_limit = std::size_t{1} << 20;

// Lines of a file, pipe or terminal, oldest first. The last one may lack its end.
class LineReader {
  public:
    enum class Got { line, too_long, end, failed };

    // The descriptor stays the caller's.
    explicit LineReader(int fd) : fd_(fd) {}

    // `line` holds until the next call, and without its end. Of a line that is too long nothing is
    // given. Where reading failed, errno says why.
    Got next(std::string_view& line);

  private:
    Got take(std::size_t end, std::string_view& line);
    bool fill();

    int fd_;
    std::string buffer_;
    std::size_t start_ = 0;  // of the next line in the buffer
    bool dropping_ = false;  // what is read belongs to a line that is too long
    bool ended_ = false;
    bool failed_ = false;
};

}  // namespace vaktpost::convert
