// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/verify_progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>

namespace vaktpost::cli {
namespace {

constexpr unsigned records_between_looks = 1024;
constexpr std::chrono::milliseconds renewed_every{200};
constexpr std::uint64_t bar_width = 30;

std::string bar(const verify::Progress& now) {
    if (now.bytes_of == 0) return {};
    const std::uint64_t done = std::min(now.bytes, now.bytes_of) * bar_width / now.bytes_of;
    return "[" + std::string(done, '#') + std::string(bar_width - done, ' ') + "] ";
}

}  // namespace

VerifyProgress::VerifyProgress()
    : wanted_(::isatty(STDERR_FILENO) == 1), next_(Clock::now() + std::chrono::seconds(1)) {}

void VerifyProgress::show(const verify::Progress& now) {
    if (!wanted_ || ++calls_ % records_between_looks != 0 || Clock::now() < next_) return;
    std::cerr << '\r' << bar(now) << now.records << " records" << std::flush;
    next_ = Clock::now() + renewed_every;
    shown_ = true;
}

void VerifyProgress::clear() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
    shown_ = false;
}

}  // namespace vaktpost::cli
