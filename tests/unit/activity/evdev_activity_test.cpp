// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/evdev_activity.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <functional>
#include <map>
#include <vector>

#include "tests/unit/activity/input_pipe.h"

namespace vaktpost::test {

namespace {

using namespace std::chrono_literals;

// A machine whose input devices are pipes.
struct Machine {
    struct Input {
        InputPipe pipe;
        int open_error = 0;
        bool counts = true;
        std::optional<core::SeatName> seat = core::SeatName{"seat0"};
    };
    std::map<std::string, Input> inputs;
    boost::asio::io_context io;
    std::vector<core::Event> events;
    std::function<void()> on_activity = [] {};
    platform::EvdevActivity source{
        io,
        [this](core::Event event) {
            events.push_back(std::move(event));
            if (std::holds_alternative<core::ActivitySeen>(events.back())) on_activity();
        },
        {.list = [this] { return list(); },
         .open = [this](const auto& node) { return open(node); },
         .seat = [this](const auto& node) { return inputs[node].seat; }}};

    Input& plug(int number) { return inputs[node(number)]; }
    static std::string node(int number) { return "/dev/input/event" + std::to_string(number); }
    std::vector<std::string> list() {
        std::vector<std::string> nodes;
        for (const auto& [node, input] : inputs) nodes.push_back(node);
        return nodes;
    }
    core::Result<platform::UniqueFd> open(const std::string& node) {
        const auto found = inputs.find(node);
        const int error = found == inputs.end() ? ENOENT : found->second.open_error;
        if (error != 0) return core::system_error(error, "open " + node);
        if (!found->second.counts) return platform::UniqueFd();
        return platform::UniqueFd(dup(found->second.pipe.out.get()));
    }
    // Runs the loop until it holds; false after 10 s.
    bool until(const std::function<bool()>& holds) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (!holds() && std::chrono::steady_clock::now() < end) {
            io.restart();
            io.run_one_for(100ms);
        }
        return holds();
    }
    // Whether the loop has nothing to do now.
    bool idle() {
        io.restart();
        return io.poll() == 0;
    }
    bool polled(int number) { return inputs.at(node(number)).pipe.polled(); }
    [[nodiscard]] std::vector<core::Instant> seen(const std::string& seat = "seat0") const {
        std::vector<core::Instant> times;
        for (const auto& event : events)
            if (const auto* activity = std::get_if<core::ActivitySeen>(&event))
                if (activity->seat.value == seat) times.push_back(activity->at);
        return times;
    }
    template <class Event>
    [[nodiscard]] long count() const {
        long n = 0;
        for (const auto& event : events) n += std::holds_alternative<Event>(event) ? 1 : 0;
        return n;
    }
};

using Times = std::vector<core::Instant>;

}  // namespace

TEST_CASE_METHOD(Machine, "drain reports the newest activity of all devices, once") {
    plug(0).pipe.packet(1000, EV_KEY, KEY_A, 1);
    plug(1).pipe.packet(2000, EV_REL, REL_X, 1);
    source.start();
    CHECK(count<core::SourceBack>() == 1);
    source.drain();
    source.drain();
    CHECK(seen() == Times{at_ms(2000)});
}

TEST_CASE_METHOD(Machine, "activity older than what was reported is not reported again") {
    source.start();
    plug(0);
    plug(1);
    source.rescan();
    plug(0).pipe.packet(2000, EV_REL, REL_X, 1);
    source.drain();
    plug(1).pipe.packet(1500, EV_KEY, KEY_A, 0);
    source.drain();
    CHECK(seen() == Times{at_ms(2000)});
}

TEST_CASE_METHOD(Machine, "input does not wake the loop as long as nobody watches") {
    plug(0);
    source.start();
    CHECK_FALSE(polled(0));
    plug(0).pipe.packet(1000, EV_REL, REL_X, 1);
    CHECK(idle());
    source.watch(true);
    CHECK(polled(0));
    source.watch(false);
    CHECK_FALSE(polled(0));
    plug(0).pipe.packet(2000, EV_REL, REL_X, 1);
    REQUIRE(until([&] { return idle(); }));
    CHECK(seen() == Times{at_ms(1000)});
}

TEST_CASE_METHOD(Machine, "watching first reports what is queued, then each activity as it comes") {
    plug(0).pipe.packet(1000, EV_KEY, KEY_A, 1);
    source.start();
    source.watch(true);
    CHECK(seen() == Times{at_ms(1000)});
    plug(0).pipe.packet(3000, EV_REL, REL_X, 1);
    CHECK(until([&] { return seen() == Times{at_ms(1000), at_ms(3000)}; }));
}

TEST_CASE_METHOD(
    Machine, "while watching, a fast mouse wakes the loop once, then only when the pause is over") {
    plug(0);
    source.start();
    source.watch(true);
    plug(0).pipe.packet(1000, EV_REL, REL_X, 1);
    REQUIRE(until([&] { return seen().size() == 1; }));
    CHECK_FALSE(polled(0));
    for (long i = 1; i <= 50; ++i) plug(0).pipe.packet(1000 + i, EV_REL, REL_X, 1);
    REQUIRE(until([&] { return seen().size() == 2; }));
    CHECK(seen().back() == at_ms(1050));
    CHECK_FALSE(polled(0));
    CHECK(until([&] { return polled(0); }));
}

TEST_CASE_METHOD(Machine, "the watch may be ended from within the report") {
    plug(0);
    source.start();
    source.watch(true);
    on_activity = [this] { source.watch(false); };
    plug(0).pipe.packet(1000, EV_REL, REL_X, 1);
    REQUIRE(until([&] { return seen().size() == 1; }));
    REQUIRE(until([&] { return idle(); }));
    CHECK_FALSE(polled(0));
}

TEST_CASE_METHOD(
    Machine, "a device plugged in while watching is watched too, one plugged out is forgotten") {
    source.start();
    source.watch(true);
    auto& input = plug(4);
    source.input_changed("add", node(4));
    CHECK(polled(4));
    input.pipe.packet(1000, EV_KEY, KEY_A, 1);
    REQUIRE(until([&] { return seen() == Times{at_ms(1000)}; }));
    source.input_changed("remove", node(4));
    input.pipe.packet(2000, EV_KEY, KEY_A, 1);
    source.drain();
    CHECK_FALSE(polled(4));
    CHECK(seen().size() == 1);
}

TEST_CASE_METHOD(
    Machine, "a device that leaves unseen is dropped quietly, and its number may be used again") {
    plug(0).pipe.packet(1000, EV_REL, REL_X, 1);
    source.start();
    source.watch(true);
    REQUIRE(polled(0));
    plug(0).pipe.unplug();
    REQUIRE(until([&] { return !polled(0); }));
    inputs.clear();
    plug(0).pipe.packet(2000, EV_REL, REL_X, 1);
    source.input_changed("add", node(0));
    CHECK(until([&] { return seen() == Times{at_ms(1000), at_ms(2000)}; }));
    CHECK(count<core::SourceLost>() == 0);
}

TEST_CASE_METHOD(Machine, "a rescan takes up what is new and drops what is gone") {
    plug(0).pipe.packet(1000, EV_REL, REL_X, 1);
    source.start();
    inputs.erase(node(0));
    plug(1).pipe.packet(2000, EV_REL, REL_X, 1);
    source.rescan();
    source.drain();
    CHECK(seen() == Times{at_ms(2000)});
}

TEST_CASE_METHOD(Machine, "no input device at all is no lost source") {
    source.start();
    CHECK(count<core::SourceBack>() == 1);
    CHECK(count<core::SourceLost>() == 0);
}

TEST_CASE_METHOD(Machine,
                 "a machine that lets us read no device is a lost source until one opens") {
    plug(0).open_error = EACCES;
    plug(1).counts = false;
    source.start();
    CHECK(count<core::SourceLost>() == 1);
    CHECK(count<core::SourceBack>() == 0);
    plug(0).open_error = 0;
    plug(2).counts = false;
    source.input_changed("add", node(2));
    CHECK(count<core::SourceBack>() == 1);
}

TEST_CASE_METHOD(Machine, "one device closed to us does not make the source lost") {
    plug(0).open_error = EACCES;
    plug(1);
    source.start();
    CHECK(count<core::SourceBack>() == 1);
    CHECK(count<core::SourceLost>() == 0);
}

TEST_CASE_METHOD(Machine, "events of other input nodes and other actions are ignored") {
    plug(0);
    inputs["/dev/input/mouse0"];
    source.start();
    source.input_changed("change", node(0));
    source.input_changed("add", "/dev/input/js0");
    source.input_changed("remove", "/dev/input/mouse0");
    plug(0).pipe.packet(1000, EV_REL, REL_X, 1);
    source.drain();
    CHECK(seen() == Times{at_ms(1000)});
}

TEST_CASE_METHOD(Machine, "activity belongs to the seat of the device, which udev may tell late") {
    plug(0).seat = std::nullopt;
    plug(1).seat = core::SeatName{"seat-ward"};
    source.start();
    plug(0).pipe.packet(1000, EV_REL, REL_X, 1);
    plug(1).pipe.packet(1100, EV_REL, REL_X, 1);
    source.drain();
    CHECK(seen() == Times{at_ms(1000)});
    CHECK(seen("seat-ward") == Times{at_ms(1100)});
    plug(0).seat = core::SeatName{"seat-ward"};
    plug(0).pipe.packet(1200, EV_REL, REL_X, 1);
    source.drain();
    CHECK(seen("seat-ward") == Times{at_ms(1100), at_ms(1200)});
}

TEST_CASE("the kernel's own devices can be listed and a node that is none is an error") {
    const auto system = platform::evdev_input_system();
    CHECK_NOTHROW(system.list());
    CHECK(system.open("/dev/null").error().code != 0);
    CHECK(system.open("/dev/input/event99999").error().code == ENOENT);
    CHECK_FALSE(system.seat("/dev/input/event99999"));
}

}  // namespace vaktpost::test
