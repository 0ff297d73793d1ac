// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/line_reader.h"

#include <unistd.h>

#include <cerrno>

namespace vaktpost::verify {
namespace {

constexpr std::size_t piece = 256 << 10;

}  // namespace

// False: nothing more comes.
bool LineReader::fill() {
    if (ended_) return false;
    buffer_.erase(0, from_);
    from_ = 0;
    const std::size_t old = buffer_.size();
    buffer_.resize(old + piece);
    ssize_t size = 0;
    do {
        size = ::read(fd_, buffer_.data() + old, piece);
    } while (size < 0 && errno == EINTR);
    if (size < 0) error_ = errno;
    ended_ = size <= 0;
    const std::size_t more = size > 0 ? static_cast<std::size_t>(size) : 0;
    buffer_.resize(old + more);
    bytes_ += more;
    return !ended_;
}

std::optional<std::string_view> LineReader::next() {
    for (std::size_t seen = 0;;) {
        const std::string_view rest = std::string_view(buffer_).substr(from_);
        const std::size_t length = rest.find('\n', seen);
        if (length != std::string_view::npos) {
            from_ += length + 1;
            return rest.substr(0, length);
        }
        if (rest.size() > longest) {
            pass_over_rest();
            return std::string_view(buffer_).substr(0, longest);
        }
        seen = rest.size();
        if (fill()) continue;
        if (error_ != 0 || buffer_.size() == from_) return std::nullopt;
        const std::string_view last = std::string_view(buffer_).substr(from_);
        from_ = buffer_.size();
        return last;
    }
}

// Leaves the beginning of the line in the buffer, and behind it what follows the line.
void LineReader::pass_over_rest() {
    buffer_.erase(0, from_);
    from_ = 0;
    const std::string head = buffer_.substr(0, longest);
    std::size_t end = std::string::npos;
    do {
        from_ = buffer_.size();
        if (!fill()) break;
        end = buffer_.find('\n');
    } while (end == std::string::npos);
    buffer_ = head + (end == std::string::npos ? std::string() : buffer_.substr(end + 1));
    from_ = head.size();
}

}  // namespace vaktpost::verify
