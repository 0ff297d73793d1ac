// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/log_rules.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/core/decide.h"

using namespace vaktpost::core;
using namespace std::chrono_literals;

namespace {

bool tells_routine(const Actions& actions) {
    return std::any_of(actions.begin(), actions.end(), [](const Action& action) {
        const auto* append = std::get_if<AppendEvent>(&action);
        return append != nullptr && append->record.type == EventType::log_routine;
    });
}

}  // namespace

TEST_CASE("a busy hour is counted for each hundred routine records") {
    State state;
    Policy policy;
    policy.log.routine = RoutineRule::counts;
    int told = 0;
    for (int i = 1; i <= 250; ++i) {
        const Event event = i % 2 == 0 ? Event(CardRemoved{{"A"}}) : Event(CardInserted{{"A"}, {}});
        const auto actions = decide(state, policy, event, Instant(i * 1s));
        if (!tells_routine(actions)) continue;
        ++told;
        CHECK(i % 100 == 0);
    }
    CHECK(told == 2);
}

TEST_CASE("where routine records leave the machine nothing is counted") {
    State state;
    const Policy policy;
    for (int i = 1; i <= 250; ++i)
        CHECK_FALSE(tells_routine(decide(state, policy, CardInserted{{"A"}, {}}, Instant(i * 1s))));
    CHECK_FALSE(state.routine_due);
}
