// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/restart_limit.h"

#include <algorithm>

namespace vaktpost::session_helper {

namespace {

constexpr std::uint64_t minute = 60'000;
constexpr unsigned deaths_a_minute = 20;

}  // namespace

std::uint64_t RestartLimit::after_death(std::uint64_t now) {
    if (deaths_ == 0 || now - minute_began_ >= minute) {
        minute_began_ = now;
        deaths_ = 0;
    }
    return ++deaths_ > deaths_a_minute ? 1000 : 0;
}

std::uint64_t RestartLimit::after_failed_start() {
    const unsigned doublings = std::min(failed_starts_++, 6U);
    return std::min<std::uint64_t>(500ULL << doublings, 30'000);
}

}  // namespace vaktpost::session_helper
