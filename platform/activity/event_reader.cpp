// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/event_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace vaktpost::platform {

namespace {

using MaybeInstant = std::optional<core::Instant>;

constexpr int key_repeat = 2;  // `value` of an EV_KEY event: 0 released, 1 pressed, 2 repeated
// A device that reports faster than we read must not hold the loop; what is left is read next time.
constexpr int most_reads = 64;

core::Instant time_of(const input_event& event) {
    return core::Instant(std::chrono::seconds(event.input_event_sec) +
                         std::chrono::microseconds(event.input_event_usec));
}

bool by_a_person(const input_event& event) {
    return event.type == EV_REL || event.type == EV_ABS ||
           (event.type == EV_KEY && event.value != key_repeat);
}

struct Tally {
    InputKind kind;
    NewestActivity newest;
    MaybeInstant overflowed;
    bool repeats = false;

    void add(const input_event& event) {
        if (by_a_person(event)) {
            auto& at =
                is_movement(kind, event.type, event.code) ? newest.movement : newest.deliberate;
            at = std::max(at, MaybeInstant(time_of(event)));
        }
        if (event.type == EV_SYN && event.code == SYN_DROPPED) overflowed = time_of(event);
        repeats = repeats || (event.type == EV_KEY && event.value == key_repeat);
    }
    [[nodiscard]] NewestActivity result(core::ActivityKind lost) const {
        auto all = newest;
        if (repeats) return all;
        auto& at = lost == core::ActivityKind::movement ? all.movement : all.deliberate;
        at = std::max(at, overflowed);
        return all;
    }
};

}  // namespace

NewestActivity read_newest(int fd, InputKind kind, core::ActivityKind lost,
                           std::span<input_event> buffer) {
    Tally tally{.kind = kind, .newest = {}, .overflowed = {}};
    bool gone = false;
    for (int reads = 0; reads < most_reads; ++reads) {
        const ssize_t bytes = read(fd, buffer.data(), buffer.size_bytes());
        if (bytes < 0 && errno == EINTR) continue;
        gone = bytes == 0 || (bytes < 0 && errno != EAGAIN);
        if (bytes <= 0) break;
        for (const auto& event :
             buffer.first(static_cast<std::size_t>(bytes) / sizeof(input_event)))
            tally.add(event);
    }
    explicit_bzero(buffer.data(), buffer.size_bytes());
    auto newest = tally.result(lost);
    newest.gone = gone;
    return newest;
}

}  // namespace vaktpost::platform
