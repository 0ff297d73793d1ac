// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/reader_session.h"

#include <algorithm>
#include <utility>

namespace vaktpost::smartcard {

core::Result<std::vector<core::Event>> ReaderSession::step() {
    fresh_ = false;
    auto names = service_.readers();
    if (!names) return names.error();
    align(std::move(*names));

    auto picture = picture_;
    if (look_)
        for (auto& reading : picture) reading.state = CardState::unread;
    const auto woken = service_.wait(picture, timeout());
    if (!woken) return woken.error();

    using Woken = ReaderService::Woken;
    if (*woken == Woken::interrupted) {
        look_ = true;
        return std::vector<core::Event>{};
    }
    if (*woken == Woken::unknown_reader) {
        ++fruitless_;
        return std::vector<core::Event>{};
    }
    changed_ = picture != picture_;
    picture_ = std::move(picture);
    const bool waited = !std::exchange(look_, false);
    fruitless_ = waited && *woken == Woken::changed && !changed_ ? fruitless_ + 1 : 0;
    // The end of a wait that timed out is not in the picture.
    look_ = waited && *woken == Woken::timed_out && may_miss();
    fresh_ = true;
    return report();
}

// Readers that went leave the picture, new ones enter it.
void ReaderSession::align(std::vector<core::ReaderName> names) {
    if (std::ranges::equal(names, picture_, {}, {}, &ReaderReading::name)) return;
    std::vector<ReaderReading> aligned;
    for (auto& name : names) {
        const auto known = std::ranges::find(picture_, name, &ReaderReading::name);
        if (known != picture_.end())
            aligned.push_back(std::move(*known));
        else
            aligned.push_back({.name = std::move(name)});
    }
    picture_ = std::move(aligned);
    look_ = true;
}

// Whether the next wait could fail to tell of something that happened before it began: PC/SC
// compares counters only where the one passed is not 0, and is told "empty" of a reader whose state
// nobody knows.
bool ReaderSession::may_miss() const {
    return std::ranges::any_of(picture_, [](const ReaderReading& reading) {
        if (reading.state == CardState::present) return reading.counter == 0;
        return reading.state != CardState::empty && reading.state != CardState::unknown;
    });
}

std::chrono::milliseconds ReaderSession::timeout() const {
    if (look_) return std::chrono::milliseconds{0};
    return changed_ ? after_change : idle_timeout;
}

std::vector<core::Event> ReaderSession::report() {
    auto events = tracker_.update(picture_);
    if (!std::exchange(back_, true)) events.push_back(core::SourceBack{core::Source::card, {}});
    return events;
}

}  // namespace vaktpost::smartcard
