// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/log_start.h"

#include <catch2/catch.hpp>

using namespace vaktpost;
using events::Head;
using events::plan_resume;
using events::plan_start;
using events::Position;

namespace {
const Head stopped{3, 10, {1}, "agent.stopping", "boot-a"};
const Head killed{3, 10, {1}, "card.removed", "boot-a"};
}  // namespace

TEST_CASE("the very first log begins epoch 1 at number 1 and follows nothing") {
    const auto start = plan_start({}, 0, "");
    CHECK(start.epoch == 1);
    CHECK(start.next_seq == 1);
    CHECK(start.previous == events::no_record);
    CHECK(start.previous_end == core::PreviousEnd::first_start);
    CHECK(start.new_epoch_cause.empty());
}

TEST_CASE("a log that ended goes on in its epoch and says whether its end was clean") {
    const auto start = plan_start(stopped, 3, "");
    CHECK(start.epoch == 3);
    CHECK(start.next_seq == 11);
    CHECK(start.previous == stopped.digest);
    CHECK(start.previous_end == core::PreviousEnd::clean);
    CHECK(start.previous_boot_id == "boot-a");
    CHECK(start.new_epoch_cause.empty());
    CHECK(plan_start(killed, 3, "").previous_end == core::PreviousEnd::unclean);
}

TEST_CASE("a lost side file does not begin an epoch") {
    CHECK(plan_start(stopped, 0, "").epoch == 3);
}

TEST_CASE("a lost, damaged or older database begins the next epoch and says why") {
    for (const auto& start : {plan_start({}, 3, ""), plan_start({}, 3, "damaged"),
                              plan_start(Head{2, 99, {}, "", ""}, 3, "")}) {
        CHECK(start.epoch == 4);
        CHECK(start.next_seq == 1);
        CHECK(start.previous == events::no_record);
        CHECK(start.previous_end == core::PreviousEnd::unclean);
        CHECK_FALSE(start.new_epoch_cause.empty());
    }
    CHECK(plan_start(Head{2, 99, {}, "", ""}, 3, "").behind == Position{2, 99});
    CHECK(plan_start({}, 3, "").behind == Position{});
}

TEST_CASE("after a failure the log goes on where the disk really is") {
    CHECK(plan_resume(killed, 3, "", killed).next_seq == 11);
    const Head ahead{3, 14, {9}, "card.removed", "boot-a"};
    const auto start = plan_resume(ahead, 3, "", killed);
    CHECK(start.epoch == 3);
    CHECK(start.next_seq == 15);
    CHECK(start.previous == ahead.digest);
}

TEST_CASE("a database that lost or changed what was stored begins a new epoch") {
    const Head shorter{3, 9, {7}, "card.removed", "boot-a"};
    const Head changed{3, 10, {7}, "card.removed", "boot-a"};
    const Head other{2, 20, {7}, "card.removed", "boot-a"};
    for (const auto& head : {std::optional<Head>(), std::optional(shorter), std::optional(changed),
                             std::optional(other)}) {
        const auto start = plan_resume(head, 0, "", killed);
        CHECK(start.epoch == 4);
        CHECK_FALSE(start.new_epoch_cause.empty());
        CHECK(start.behind == Position{3, 10});
    }
}

TEST_CASE("records kept in memory since the start never continue an old epoch") {
    CHECK(plan_resume(stopped, 3, "", Head{}).epoch == 4);
    CHECK(plan_resume({}, 0, "", Head{}).epoch == 1);
}

TEST_CASE("what a disk has lost of this run is what the centre has, and what nobody has") {
    using core::Removed;
    const auto damage = [](Removed what, core::Seq first, core::Seq last) {
        return core::Removal{what, 3, first, last, last - first + 1, "damage"};
    };
    const Head shorter{3, 4, {7}, "card.removed", "boot-a"};
    CHECK(lost_since(shorter, killed, {3, 7}) ==
          std::vector{damage(Removed::damaged, 5, 7), damage(Removed::lost, 8, 10)});
    CHECK(lost_since(shorter, killed, {2, 99}) == std::vector{damage(Removed::lost, 5, 10)});
    CHECK(lost_since({}, killed, {3, 10}) == std::vector{damage(Removed::damaged, 1, 10)});
    CHECK(lost_since({}, killed, {}) == std::vector{damage(Removed::lost, 1, 10)});
    CHECK(lost_since(stopped, killed, {}).empty());
    CHECK(lost_since(Head{4, 2, {}, "", ""}, killed, {}).empty());
    CHECK(lost_since({}, Head{}, {}).empty());
}

TEST_CASE("an epoch that holds no record yet is not begun twice") {
    CHECK(plan_resume({}, 3, "", Head{4, 0, {}, "", ""}).epoch == 4);
}
