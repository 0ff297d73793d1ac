// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/log_queue.h"

#include <catch2/catch.hpp>

#include "tests/unit/events/samples.h"

using namespace vaktpost;
using events::LogQueue;
using events::Queued;

namespace {

constexpr auto grouped = core::EventType::card_removed;
constexpr auto urgent = core::EventType::usb_blocked;

Queued item(core::Seq seq, core::EventType type = grouped) {
    return {test::sample(seq, type), nullptr, {}, {}};
}

std::vector<core::Seq> numbers(const std::vector<Queued>& items) {
    std::vector<core::Seq> list;
    for (const Queued& each : items) list.push_back(each.record.seq);
    return list;
}

using Numbers = std::vector<core::Seq>;

}  // namespace

TEST_CASE("a full queue drops its oldest record that is not urgent, whatever comes") {
    LogQueue queue(3, 1 << 20);
    queue.push(item(1, urgent));
    queue.push(item(2));
    queue.push(item(3));
    queue.push(item(4));
    queue.push(item(5, urgent));
    CHECK(numbers(queue.take(9)) == Numbers{1, 4, 5});
    const auto gap = queue.take_gap();
    REQUIRE(gap);
    CHECK(gap->first == 2);
    CHECK(gap->last == 3);
    CHECK(gap->count == 2);
    CHECK_FALSE(queue.take_gap());
}

TEST_CASE("a queue full of urgent records drops the oldest") {
    LogQueue queue(2, 1 << 20);
    for (core::Seq seq = 1; seq <= 4; ++seq) queue.push(item(seq, urgent));
    CHECK(numbers(queue.take(9)) == Numbers{3, 4});
    CHECK(queue.take_gap()->count == 2);
}

TEST_CASE("the queue is bounded in bytes too") {
    LogQueue queue(1000, 100'000);
    for (core::Seq seq = 1; seq <= 100; ++seq) {
        Queued big = item(seq);
        big.record.data = {{"reader", std::string(10'000, 'x')}};
        queue.push(std::move(big));
    }
    CHECK(queue.take(1000).size() == 9);
    CHECK(queue.take_gap()->count == 91);
}

TEST_CASE("records put back come before the others, in order") {
    LogQueue queue(10, 1 << 20);
    for (core::Seq seq = 1; seq <= 4; ++seq) queue.push(item(seq));
    auto batch = queue.take(3);
    queue.push(item(5, urgent));
    queue.put_back(std::move(batch));
    CHECK(queue.has_urgent());
    CHECK(numbers(queue.take(9)) == Numbers{1, 2, 3, 4, 5});
    CHECK(queue.empty());
}

TEST_CASE("records that turn out to be stored are forgotten without a gap") {
    LogQueue queue(10, 1 << 20);
    for (core::Seq seq = 1; seq <= 4; ++seq) queue.push(item(seq));
    queue.forget_up_to(2);
    CHECK(numbers(queue.take(9)) == Numbers{3, 4});
    CHECK_FALSE(queue.take_gap());
}

TEST_CASE("a new epoch counts every number that is not queued as missing") {
    LogQueue queue(3, 1 << 20);
    queue.push(item(5, urgent));
    for (core::Seq seq = 6; seq <= 8; ++seq) queue.push(item(seq));  // 6 is dropped
    queue.begin_epoch();
    const auto gap = queue.take_gap();
    REQUIRE(gap);
    CHECK(gap->first == 1);
    CHECK(gap->last == 6);
    CHECK(gap->count == 5);
}

TEST_CASE("a new epoch that begins with number 1 misses nothing") {
    LogQueue queue(3, 1 << 20);
    queue.push(item(1));
    queue.begin_epoch();
    CHECK_FALSE(queue.take_gap());
}
