// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/log_rules.h"

#include <algorithm>

namespace vaktpost::core {
namespace {

using std::chrono::hours;

// So many go into one record.
constexpr std::uint64_t routine_together = 100;

// More in an hour than anybody's work: told at once, so that the list stays short.
constexpr std::uint64_t most_routine_uncounted = 2000;

DeadlineId routine_deadline() {
    return {DeadlineKind::routine, {}};
}

// The first full hour since the boot that is not before that.
Instant full_hour(Instant at) {
    return Instant(std::chrono::ceil<hours>(at.time_since_epoch()));
}

void arm_routine(Context& context) {
    context.state.routine_due = true;
    context.act(SetDeadline{routine_deadline(), full_hour(context.now + Duration(1))});
}

// The log adds what it counts: numbers, kinds and hashes.
void tell_routine(Context& context) {
    auto& uncounted = context.state.routine_uncounted;
    do {
        context.append(EventType::log_routine);
        uncounted -= std::min(uncounted, routine_together);
    } while (uncounted > 0);
}

std::vector<Field> removal_fields(const Removal& removal) {
    return {{"epoch", static_cast<std::int64_t>(removal.epoch)},
            {"first", static_cast<std::int64_t>(removal.first)},
            {"last", static_cast<std::int64_t>(removal.last)},
            {"count", static_cast<std::int64_t>(removal.count)},
            {"cause", removal.cause}};
}

}  // namespace

void on_log_gap(Context& context, const LogGap& event) {
    auto& record =
        context.append(EventType::log_gap, {{"first", static_cast<std::int64_t>(event.first)},
                                            {"last", static_cast<std::int64_t>(event.last)},
                                            {"count", static_cast<std::int64_t>(event.count)},
                                            {"cause", event.cause}});
    record.outcome = Outcome::failed;
}

void on_epoch_begun(Context& context, const EpochBegun& event) {
    std::vector<Field> fields{{"cause", event.cause}};
    const auto add = [&](const char* key, std::uint64_t number) {
        if (number > 0) fields.push_back({key, static_cast<std::int64_t>(number)});
    };
    add("last_epoch", event.last_epoch);
    add("last_seq", event.last_seq);
    add("acknowledged_epoch", event.acknowledged_epoch);
    add("acknowledged_seq", event.acknowledged_seq);
    context.append(EventType::log_epoch, std::move(fields));
}

void on_records_removed(Context& context, const RecordsRemoved& event) {
    auto fields = removal_fields(event.removal);
    if (event.removal.what == Removed::lost) {
        context.append(EventType::log_gap, std::move(fields)).outcome = Outcome::failed;
        return;
    }
    fields.push_back({"what", word(event.removal.what)});
    context.append(EventType::log_pruned, std::move(fields));
}

void on_log_filling(Context& context, const LogFilling& event) {
    context.append(EventType::log_full, {{"percent", event.percent},
                                         {"waiting", static_cast<std::int64_t>(event.waiting)}});
}

void arm_heartbeat(Context& context) {
    Instant at = context.now + context.policy.log.heartbeat;
    if (context.policy.log.routine == RoutineRule::counts) at = full_hour(at);
    context.act(SetDeadline{{DeadlineKind::heartbeat, {}}, at});
}

void begin_counting_routine(Context& context) {
    if (context.policy.log.routine != RoutineRule::counts || context.state.routine_due) return;
    context.state.routine_uncounted = routine_together;  // one record more: what was left before
    arm_routine(context);
}

void count_routine(Context& context) {
    if (context.policy.log.routine != RoutineRule::counts) return;
    auto& state = context.state;
    for (const Action& action : context.actions)
        if (const auto* append = std::get_if<AppendEvent>(&action))
            if (spec_of(append->record.type).routine) ++state.routine_uncounted;
    if (state.routine_uncounted == 0) return;
    if (state.routine_uncounted >= most_routine_uncounted) tell_routine(context);
    if (!state.routine_due) arm_routine(context);
}

void on_routine_deadline(Context& context) {
    context.state.routine_due = false;
    tell_routine(context);
}

}  // namespace vaktpost::core
