// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/deadline_queue.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "platform/base/clock.h"

using namespace vaktpost;
using namespace std::chrono_literals;
using core::DeadlineKind;

namespace {

// Runs the loop until `count` deadlines were due, or nothing is left to wait for.
struct Fixture {
    boost::asio::io_context io;
    std::vector<std::string> due;
    DeadlineQueue queue{io, [this](const core::DeadlineId& id) { due.push_back(id.subject); }};
    core::Instant start = platform::now();

    void run(std::size_t count) {
        while (due.size() < count && io.run_one_for(10s) > 0) {
        }
    }
};

}  // namespace

TEST_CASE("deadlines come in the order of their time, not of their setting") {
    Fixture fixture;
    fixture.queue.set({DeadlineKind::idle, "late"}, fixture.start + 30ms);
    fixture.queue.set({DeadlineKind::idle, "early"}, fixture.start + 10ms);
    fixture.run(2);
    CHECK(fixture.due == std::vector<std::string>{"early", "late"});
}

TEST_CASE("setting a deadline again moves it") {
    Fixture fixture;
    fixture.queue.set({DeadlineKind::idle, "moved"}, fixture.start + 5ms);
    fixture.queue.set({DeadlineKind::idle, "other"}, fixture.start + 10ms);
    fixture.queue.set({DeadlineKind::idle, "moved"}, fixture.start + 20ms);
    fixture.run(2);
    CHECK(fixture.due == std::vector<std::string>{"other", "moved"});
}

TEST_CASE("a cancelled deadline does not come") {
    Fixture fixture;
    fixture.queue.set({DeadlineKind::card_grace, "2"}, fixture.start + 5ms);
    fixture.queue.set({DeadlineKind::lock_confirm, "2"}, fixture.start + 10ms);
    fixture.queue.cancel({DeadlineKind::card_grace, "2"});
    fixture.run(1);
    CHECK(fixture.due.size() == 1);
    CHECK(platform::now() >= fixture.start + 10ms);
}

TEST_CASE("a deadline in the past is due at once") {
    Fixture fixture;
    fixture.queue.set({DeadlineKind::idle, "past"}, fixture.start - 1h);
    fixture.run(1);
    CHECK(fixture.due.size() == 1);
}
