// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vaktpost::verify {

// Lines of a file or a pipe, in bounded memory.
class LineReader {
  public:
    // Of a longer line the beginning is given, and the rest passed over.
    static constexpr std::size_t longest = 1 << 20;

    // The descriptor stays the caller's.
    explicit LineReader(int fd) : fd_(fd) {}

    // Without its line break; valid until the next call. Nothing: the end, or an error.
    std::optional<std::string_view> next();

    [[nodiscard]] int error() const { return error_; }  // an errno value, or 0
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  private:
    bool fill();
    void pass_over_rest();

    const int fd_;
    std::string buffer_;
    std::size_t from_ = 0;  // what lies before has been given
    bool ended_ = false;
    int error_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace vaktpost::verify
