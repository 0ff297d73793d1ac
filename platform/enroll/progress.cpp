// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/progress.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <utility>

namespace vaktpost::enroll {
namespace {

constexpr std::size_t width = 30;

}  // namespace

// As sticks are sold: powers of ten.
std::string size_text(std::uint64_t bytes) {
    constexpr std::array units{"bytes", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    auto value = static_cast<double>(bytes);
    for (; value >= 1000 && unit + 1 < units.size(); ++unit) value /= 1000;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    return text.data();
}

Progress::Progress(std::string what)
    : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    if (shown_ >= 0) std::fputc('\n', stderr);
}

void Progress::show(std::uint64_t done, std::uint64_t of) {
    const int percent =
        of == 0 ? 100
                : static_cast<int>(100.0 * static_cast<double>(done) / static_cast<double>(of));
    if (!terminal_ || percent == shown_) return;
    shown_ = percent;
    const auto filled = width * static_cast<std::size_t>(percent) / 100;
    const std::string bar = std::string(filled, '#') + std::string(width - filled, '.');
    std::fprintf(stderr, "\r%s [%s] %3d %%  %s of %s ", what_.c_str(), bar.c_str(), percent,
                 size_text(done).c_str(), size_text(of).c_str());
    std::fflush(stderr);
}

}  // namespace vaktpost::enroll
