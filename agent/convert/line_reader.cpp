// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/convert/line_reader.h"

#include <unistd.h>

#include <array>
#include <cerrno>

namespace vaktpost::convert {

LineReader::Got LineReader::next(std::string_view& line) {
    buffer_.erase(0, start_);
    start_ = 0;
    std::size_t searched = 0;
    for (;;) {
        const std::size_t end = buffer_.find('\n', searched);
        if (end != std::string::npos) return take(end, line);
        if (buffer_.size() > line_limit) {
            dropping_ = true;
            buffer_.clear();
        }
        searched = buffer_.size();
        if (!fill()) break;
    }
    if (failed_) return Got::failed;
    if (buffer_.empty() && !dropping_) return Got::end;
    return take(buffer_.size(), line);
}

LineReader::Got LineReader::take(std::size_t end, std::string_view& line) {
    const bool too_long = dropping_ || end > line_limit;
    dropping_ = false;
    start_ = end < buffer_.size() ? end + 1 : end;
    if (too_long) return Got::too_long;
    line = std::string_view(buffer_).substr(0, end);
    return Got::line;
}

// False: nothing more comes.
bool LineReader::fill() {
    std::array<char, 64 << 10> chunk;
    while (!ended_) {
        const ssize_t got = ::read(fd_, chunk.data(), chunk.size());
        if (got > 0) {
            buffer_.append(chunk.data(), static_cast<std::size_t>(got));
            return true;
        }
        if (got < 0 && errno == EINTR) continue;
        ended_ = true;
        failed_ = got < 0;
    }
    return false;
}

}  // namespace vaktpost::convert
