// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/grab_watch.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "tests/unit/activity/input_pipe.h"

namespace vaktpost::test {

namespace {

using namespace std::chrono_literals;
using platform::GrabWatch;

constexpr core::Instant start{1h};

// What the thread that asks and the test share: it may be at work a little longer than the test.
struct System {
    std::mutex mutex;
    std::set<std::string> held;
    int asked = 0;

    bool is_held(const std::string& node) {
        const std::lock_guard lock{mutex};
        ++asked;
        return held.contains(node);
    }
    void hold(std::set<std::string> nodes) {
        const std::lock_guard lock{mutex};
        held = std::move(nodes);
    }
    int questions() {
        const std::lock_guard lock{mutex};
        return asked;
    }
};

struct Watched {
    std::shared_ptr<System> system = std::make_shared<System>();
    int changes = 0;
    boost::asio::io_context io;
    GrabWatch watch{io,
                    [system = system](const std::string& node) { return system->is_held(node); },
                    [this] { ++changes; }};

    int questions() { return system->questions(); }
    // Looks, and runs the loop until the answer must be there.
    void look(core::Instant now, bool changes_expected = false) {
        const int before = changes;
        watch.look(now);
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (changes_expected && changes == before && std::chrono::steady_clock::now() < end) {
            io.restart();
            io.run_one_for(10ms);
        }
        io.restart();
        io.poll();
    }
    bool asked_until(int times) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (questions() < times && std::chrono::steady_clock::now() < end) {
            io.restart();
            io.run_one_for(10ms);
        }
        return questions() == times;
    }
};

}  // namespace

TEST_CASE_METHOD(Watched, "a keyboard that is used is never asked about") {
    watch.keyboard_came("a", start);
    for (auto now = start; now < start + 1h; now += 1min) {
        watch.heard("a", now);
        look(now);
    }
    CHECK(questions() == 0);
}

TEST_CASE_METHOD(Watched, "a silent keyboard is asked about, and not again soon") {
    watch.keyboard_came("a", start);
    look(start + GrabWatch::silence - 1s);
    CHECK(questions() == 0);
    look(start + GrabWatch::silence);
    CHECK(asked_until(1));
    look(start + GrabWatch::silence + GrabWatch::pause - 1s);
    CHECK(questions() == 1);
    look(start + GrabWatch::silence + GrabWatch::pause);
    CHECK(asked_until(2));
    CHECK_FALSE(watch.any());
    CHECK(changes == 0);
}

TEST_CASE_METHOD(Watched,
                 "a keyboard that another program holds is told, and when it is free again") {
    system->hold({"a"});
    watch.keyboard_came("a", start);
    watch.keyboard_came("b", start);
    look(start + 10min, true);
    CHECK(watch.any());
    CHECK(changes == 1);
    system->hold({});
    look(start + 20min, true);
    CHECK_FALSE(watch.any());
    CHECK(changes == 2);
}

TEST_CASE_METHOD(Watched,
                 "a held keyboard on which somebody is heard, or that leaves, is held no more") {
    system->hold({"a"});
    watch.keyboard_came("a", start);
    look(start + 10min, true);
    REQUIRE(watch.any());
    SECTION("heard") {
        watch.heard("a", start + 11min);
    }
    SECTION("left") {
        watch.keyboard_left("a");
    }
    CHECK_FALSE(watch.any());
}

}  // namespace vaktpost::test
