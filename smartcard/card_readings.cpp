// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/card_readings.h"

#include <utility>

#include "smartcard/thread.h"

namespace vaktpost::smartcard {

void CardReadings::begin(const core::ReaderName& reader, Insertion insertion) {
    const std::lock_guard lock{mutex_};
    const auto known = waiting_.find(reader);
    if (known != waiting_.end()) {
        known->second = insertion;
        return;
    }
    if (waiting_.size() >= thread_limit) return;
    waiting_.emplace(reader, insertion);
    const auto started =
        start_thread("vp-card-read", [self = shared_from_this(), reader] { self->run(reader); });
    if (!started) waiting_.erase(reader);
}

std::optional<Insertion> CardReadings::next(const core::ReaderName& reader) {
    const std::lock_guard lock{mutex_};
    const auto entry = waiting_.find(reader);
    const auto insertion = std::exchange(entry->second, std::nullopt);
    if (!insertion) waiting_.erase(entry);
    return insertion;
}

void CardReadings::run(const core::ReaderName& reader) {
    while (const auto insertion = next(reader)) {
        auto identity = read_(reader);
        if (!identity) continue;
        {
            const std::lock_guard lock{mutex_};
            answers_.push_back({reader, *insertion, std::move(*identity)});
        }
        answered_();
    }
}

std::vector<CardReadings::Answer> CardReadings::take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(answers_, {});
}

}  // namespace vaktpost::smartcard
