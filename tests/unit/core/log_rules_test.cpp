// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/log_rules.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/core/decide.h"

using namespace vaktpost::core;
using namespace std::chrono_literals;

namespace {

auto told_routine(const Actions& actions) {
    return std::count_if(actions.begin(), actions.end(), [](const Action& action) {
        const auto* append = std::get_if<AppendEvent>(&action);
        return append != nullptr && append->record.type == EventType::log_routine;
    });
}

Event card_event(int number) {
    return number % 2 == 0 ? Event(CardRemoved{{"A"}}) : Event(CardInserted{{"A"}, {}});
}

}  // namespace

TEST_CASE("an hour with more than anybody's work is counted at once, a hundred to a record") {
    State state;
    Policy policy;
    policy.log.routine = RoutineRule::counts;
    for (int i = 1; i < 2000; ++i)
        REQUIRE(told_routine(decide(state, policy, card_event(i), Instant(i * 1s))) == 0);
    CHECK(told_routine(decide(state, policy, card_event(2000), Instant(2000s))) == 20);
}

TEST_CASE("where routine records leave the machine nothing is counted") {
    State state;
    const Policy policy;
    for (int i = 1; i <= 250; ++i)
        CHECK(told_routine(decide(state, policy, card_event(i), Instant(i * 1s))) == 0);
    CHECK_FALSE(state.routine_due);
}
