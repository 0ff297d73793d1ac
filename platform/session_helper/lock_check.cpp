// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/lock_check.h"

#include <algorithm>
#include <cstdint>

namespace vaktpost::session_helper {

namespace {

// Milliseconds: 0.5 s, doubling. The screen has 3.5 s to come up.
constexpr std::uint64_t first_delay = 500;
constexpr std::uint64_t longest_delay = 60'000;
constexpr unsigned patient_looks = 3;
constexpr unsigned most_doublings = 7;

}  // namespace

void LockCheck::begin() {
    looks_ = 0;
    timer_.stop();
    ask();
}

void LockCheck::stop() {
    timer_.stop();
    question_.stop();
}

void LockCheck::ask() {
    if (!question_.start(on_environment, this)) look_now();
}

void LockCheck::on_environment(void* context) {
    static_cast<LockCheck*>(context)->look_now();
}

void LockCheck::on_timer(void* context) {
    static_cast<LockCheck*>(context)->ask();
}

void LockCheck::look_now() {
    if (look_(context_, looks_ < patient_looks)) return;
    const auto delay = std::min(first_delay << std::min(looks_++, most_doublings), longest_delay);
    timer_.start(loop_, delay, on_timer, this);
}

}  // namespace vaktpost::session_helper
