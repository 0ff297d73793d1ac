// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/surroundings.h"

#include <algorithm>

#include "agent/core/exceptions.h"
#include "agent/core/keyboards.h"
#include "agent/core/usb_rules.h"

namespace vaktpost::core {
namespace {

const Session* in_front(const State& state) {
    const auto found =
        std::find_if(state.sessions.begin(), state.sessions.end(), [](const auto& entry) {
            const auto& info = entry.second.info;
            return info.active && info.seat == SeatName{"seat0"} && has_screen(info);
        });
    return found == state.sessions.end() ? nullptr : &found->second;
}

// A desktop or a login screen is in front, which hears the input devices that udev tells of.
bool listens_by_udev(const State& state) {
    return std::any_of(state.sessions.begin(), state.sessions.end(), [](const auto& entry) {
        const auto& info = entry.second.info;
        return info.active && info.seat == SeatName{"seat0"} &&
               (info.session_class == SessionClass::graphical ||
                info.session_class == SessionClass::greeter);
    });
}

SourcePhase phase_of(const State& state, Source source) {
    const auto found = state.sources.find(source);
    return found == state.sources.end() ? SourcePhase::starting : found->second.phase;
}

DeadlineId time_deadline() {
    return {DeadlineKind::usb_time, {}};
}

// A rule's time in the week begins or ends. Where there are such rules the clock is looked at each
// full hour as well: summer time begins and ends at one, and nobody tells.
std::optional<Instant> next_change_of_week(const UsbRules& rules, const Wall& wall, Instant now) {
    using namespace std::chrono;
    std::optional<milliseconds> least;
    const auto of_week = wall.of_week(now);
    for (const auto place : rules.timed())
        for (const WeekSpan& span : rules[place].time)
            least = std::min(least.value_or(hours(1) - wall.utc_at(now) % hours(1)),
                             span.to_change(of_week));
    if (!least) return std::nullopt;
    return now + *least;
}

// Somebody set it, or the time service did; a second here or there is no news.
void tell_clock_change(Context& context, WallTime utc) {
    const auto& wall = context.state.wall;
    if (!wall) return;
    const auto by = utc - wall->utc_at(context.now);
    if (by < std::chrono::seconds(1) && by > -std::chrono::seconds(1)) return;
    context.append(EventType::clock_changed, {{"by_ms", by.count()}});
}

}  // namespace

Surroundings surroundings(const State& state, Instant now) {
    Surroundings around;
    const auto phase = phase_of(state, Source::sessions);
    around.known = phase != SourcePhase::starting;
    around.lost = phase == SourcePhase::lost;
    around.udev_asked = around.lost || listens_by_udev(state);
    if (state.wall) {
        around.utc = state.wall->utc_at(now);
        around.of_week = state.wall->of_week(now);
    }
    const Session* session = phase == SourcePhase::ready ? in_front(state) : nullptr;
    if (session == nullptr) return around;
    around.occupied = true;
    around.screen = session->lock == LockState::unlocked ? ScreenState::open : ScreenState::locked;
    around.desktop = session->info.session_class == SessionClass::graphical;
    around.user = session->info.user;
    around.groups = session->info.groups;
    return around;
}

void arm_time(Context& context) {
    auto& state = context.state;
    if (!state.wall) return;
    auto next = next_change_of_week(context.policy.usb_rules, *state.wall, context.now);
    if (const auto end = next_end(context)) {
        const auto at = state.wall->instant_of(*end);
        next = next ? std::min(*next, at) : at;
    }
    if (next)
        context.act(SetDeadline{time_deadline(), *next});
    else if (state.time_due)
        context.act(CancelDeadline{time_deadline()});
    state.time_due = next;
}

void on_time_told(Context& context, const TimeTold& event) {
    tell_clock_change(context, event.utc);
    context.state.wall = Wall{context.now, event.utc, event.offset};
    end_exceptions(context);
    rejudge_usb(context);
    arm_time(context);
}

void on_time_deadline(Context& context) {
    context.state.time_due.reset();
    context.act(TellTime{});
}

void follow_surroundings(Context& context) {
    auto& state = context.state;
    const auto now = surroundings(state, context.now);
    auto& before = state.judged_around;
    if (before && before->known == now.known && before->lost == now.lost &&
        before->screen == now.screen && before->desktop == now.desktop &&
        before->udev_asked == now.udev_asked && before->user == now.user &&
        before->groups == now.groups)
        return;
    before = now;
    if (context.policy.usb_rules.depends_on_session() || any_new_input(state)) rejudge_usb(context);
    learn_all_allowed(context);
}

}  // namespace vaktpost::core
