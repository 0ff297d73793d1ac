// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/deadline_queue.h"

#include <algorithm>

#include "platform/base/clock.h"

namespace vaktpost {
namespace {

auto earliest(auto& pending) {
    return std::min_element(pending.begin(), pending.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; });
}

}  // namespace

void DeadlineQueue::set(const core::DeadlineId& id, core::Instant at) {
    pending_[id] = at;
    rearm();
}

void DeadlineQueue::cancel(const core::DeadlineId& id) {
    if (pending_.erase(id) != 0) rearm();
}

void DeadlineQueue::rearm() {
    if (pending_.empty())
        timer_.cancel();
    else
        timer_.expires_at(earliest(pending_)->second, [this] { fire(); });
}

void DeadlineQueue::fire() {
    while (!pending_.empty()) {
        const auto next = earliest(pending_);
        if (next->second > platform::now()) break;
        const auto id = next->first;
        pending_.erase(next);
        due_(id);  // may set and cancel
    }
    rearm();
}

}  // namespace vaktpost
