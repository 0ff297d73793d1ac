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
        InputPipe moving{};  // the second descriptor of a device that can move
        bool can_move = false;
        int open_error = 0;
        int opened = 0;
        platform::InputKind kind = platform::InputKind::pointer;
        bool letters = false;
        bool touch_screen = false;
        bool by_program = false;
        bool on_usb = false;
        core::UsbId id{};
        std::optional<core::SeatName> seat = core::SeatName{"seat0"};
    };
    std::map<std::string, Input> inputs;
    boost::asio::io_context io;
    std::vector<core::Event> events;
    std::function<void()> on_activity = [] {};
    bool held = false;
    platform::EvdevActivity source{
        io,
        [this](core::Event event) {
            events.push_back(std::move(event));
            if (std::holds_alternative<core::ActivitySeen>(events.back())) on_activity();
        },
        {.list = [this] { return list(); },
         .open = [this](const auto& node) { return open(node); },
         .seat = [this](const auto& node) { return inputs[node].seat; },
         .held_by_another = [this](const auto&) { return held; }}};

    Input& plug(int number) { return inputs[node(number)]; }
    static std::string node(int number) { return "/dev/input/event" + std::to_string(number); }
    std::vector<std::string> list() {
        std::vector<std::string> nodes;
        for (const auto& [node, input] : inputs) nodes.push_back(node);
        return nodes;
    }
    core::Result<platform::InputDevice> open(const std::string& node) {
        const auto found = inputs.find(node);
        const int error = found == inputs.end() ? ENOENT : found->second.open_error;
        if (error != 0) return core::system_error(error, "open " + node);
        auto& input = found->second;
        ++input.opened;
        platform::InputDevice device{.kind = input.kind,
                                     .letters = input.letters,
                                     .touch_screen = input.touch_screen,
                                     .by_program = input.by_program,
                                     .on_usb = input.on_usb,
                                     .id = input.id,
                                     .deliberate = {},
                                     .movement = {}};
        if (input.kind == platform::InputKind::none) return device;
        device.deliberate.reset(dup(input.pipe.out.get()));
        if (input.can_move) device.movement.reset(dup(input.moving.out.get()));
        return device;
    }
    Input& plug_keyboard(int number) {
        auto& input = plug(number);
        input.kind = platform::InputKind::keyboard;
        input.letters = true;
        return input;
    }
    Input& plug_mouse(int number) {
        auto& input = plug(number);
        input.can_move = true;
        return input;
    }
    void configure(bool virtual_devices, std::vector<core::UsbId> scanners = {},
                   bool scanner_counts = false) {
        platform::InputRules rules;
        rules.virtual_devices = virtual_devices;
        rules.scanners = std::move(scanners);
        rules.scanner_counts = scanner_counts;
        source.configure(rules);
    }
    // What was told last of a seat: "kt", "k", "t" or "".
    [[nodiscard]] std::optional<std::string> means(const std::string& seat = "seat0") const {
        std::optional<std::string> told;
        for (const auto& event : events)
            if (const auto* changed = std::get_if<core::InputChanged>(&event))
                if (changed->seat.value == seat)
                    told = std::string(changed->keyboard ? "k" : "") + (changed->touch ? "t" : "");
        return told;
    }
    [[nodiscard]] std::vector<core::Instant> seen_as(core::ActivityKind kind) const {
        std::vector<core::Instant> times;
        for (const auto& event : events)
            if (const auto* activity = std::get_if<core::ActivitySeen>(&event))
                if (activity->kind == kind) times.push_back(activity->at);
        return times;
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
using core::ActivityKind;

}  // namespace

TEST_CASE_METHOD(Machine, "drain reports the newest activity of all devices, once") {
    plug(0).pipe.packet(1000, EV_KEY, KEY_A, 1);
    plug(1).pipe.packet(2000, EV_KEY, BTN_LEFT, 1);
    source.start();
    CHECK(count<core::SourceBack>() == 1);
    source.drain();
    source.drain();
    CHECK(seen() == Times{at_ms(2000)});
}

TEST_CASE_METHOD(Machine, "movement is told apart, and only where it is newer than all else") {
    plug_keyboard(0).pipe.packet(1000, EV_KEY, KEY_A, 1);
    plug_mouse(1).moving.packet(2000, EV_REL, REL_X, 1);
    source.start();
    source.drain();
    CHECK(seen_as(ActivityKind::deliberate) == Times{at_ms(1000)});
    CHECK(seen_as(ActivityKind::movement) == Times{at_ms(2000)});
    CHECK(seen() == Times{at_ms(1000), at_ms(2000)});
    plug(1).moving.packet(3000, EV_REL, REL_X, 1);
    plug(1).pipe.packet(3000, EV_KEY, BTN_LEFT, 1);
    source.drain();
    CHECK(seen_as(ActivityKind::deliberate) == Times{at_ms(1000), at_ms(3000)});
    CHECK(seen_as(ActivityKind::movement).size() == 1);
}

TEST_CASE_METHOD(Machine, "a click older than the movement already told is told as well") {
    plug_mouse(0).moving.packet(2000, EV_REL, REL_X, 1);
    plug_mouse(1);
    source.start();
    source.drain();
    plug(1).pipe.packet(1500, EV_KEY, BTN_LEFT, 1);
    source.drain();
    CHECK(seen_as(ActivityKind::movement) == Times{at_ms(2000)});
    CHECK(seen_as(ActivityKind::deliberate) == Times{at_ms(1500)});
}

TEST_CASE_METHOD(Machine, "a click is found among movement that has overflowed its own ring") {
    auto& mouse = plug_mouse(0);
    mouse.pipe.packet(1500, EV_KEY, BTN_LEFT, 0);
    mouse.moving.put(9000, EV_SYN, SYN_DROPPED, 0);
    mouse.moving.put(9000, EV_SYN, SYN_REPORT, 0);
    source.start();
    source.drain();
    CHECK(seen_as(ActivityKind::deliberate) == Times{at_ms(1500)});
    CHECK(seen_as(ActivityKind::movement) == Times{at_ms(9000)});
}

TEST_CASE_METHOD(Machine, "activity older than what was reported is not reported again") {
    source.start();
    plug(0);
    plug(1);
    source.rescan();
    plug(0).pipe.packet(2000, EV_REL, REL_X, 1);
    source.drain();
    plug(1).pipe.packet(1500, EV_REL, REL_X, 1);
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
    CHECK(means() == "");
}

TEST_CASE_METHOD(Machine,
                 "a machine that lets us read no device is a lost source until one opens") {
    plug(0).open_error = EACCES;
    plug(1).kind = platform::InputKind::none;
    source.start();
    CHECK(means() == "k");  // who knows; a lock must not be left out for it
    CHECK(count<core::SourceLost>() == 1);
    CHECK(count<core::SourceBack>() == 0);
    plug(0).open_error = 0;
    plug(2).kind = platform::InputKind::none;
    source.input_changed("add", node(2));
    CHECK(count<core::SourceBack>() == 1);
    CHECK(means() == "");
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

TEST_CASE_METHOD(Machine, "what a seat can be unlocked with is told before the source is back") {
    plug_keyboard(0);
    plug(1).touch_screen = true;
    plug(2).seat = core::SeatName{"seat-ward"};
    source.start();
    CHECK(means() == "kt");
    CHECK(means("seat-ward") == "");
    REQUIRE(count<core::InputChanged>() == 2);
    CHECK(std::holds_alternative<core::SourceBack>(events.back()));
}

TEST_CASE_METHOD(Machine, "a built-in keyboard is told as one once it has been typed on") {
    const auto told = [this] {
        bool built_in = false;
        for (const auto& event : events)
            if (const auto* changed = std::get_if<core::InputChanged>(&event))
                built_in = changed->built_in;
        return built_in;
    };
    plug_keyboard(0);
    plug_keyboard(1).on_usb = true;
    source.start();
    plug(1).pipe.packet(1000, EV_KEY, KEY_A, 1);
    source.drain();
    CHECK_FALSE(told());
    plug(0).pipe.packet(1100, EV_KEY, KEY_A, 1);
    source.drain();
    CHECK(told());
    source.input_changed("remove", node(0));
    CHECK_FALSE(told());
}

TEST_CASE_METHOD(Machine, "a keyboard that comes and goes is told, one beside another is not") {
    source.start();
    CHECK(means() == "");
    plug_keyboard(0);
    source.input_changed("add", node(0));
    CHECK(means() == "k");
    plug_keyboard(1);
    source.input_changed("add", node(1));
    source.input_changed("remove", node(0));
    CHECK(count<core::InputChanged>() == 2);
    source.input_changed("remove", node(1));
    CHECK(means() == "");
}

TEST_CASE_METHOD(Machine, "a keyboard that left unseen is told when it is read") {
    auto& keyboard = plug_keyboard(0);
    source.start();
    keyboard.pipe.unplug();
    source.drain();
    CHECK(means() == "");
}

TEST_CASE_METHOD(Machine, "a keyboard whose seat udev tells late moves there") {
    auto& keyboard = plug_keyboard(0);
    keyboard.seat = std::nullopt;
    source.start();
    CHECK(means() == "k");
    keyboard.seat = core::SeatName{"seat-ward"};
    REQUIRE(until([&] { return means("seat-ward") == "k"; }));
    CHECK(means() == "");
}

TEST_CASE_METHOD(Machine, "a device made by a program counts only where the policy says so") {
    auto& typist = plug_keyboard(0);
    typist.by_program = true;
    typist.pipe.packet(1000, EV_KEY, KEY_A, 1);
    source.start();
    source.drain();
    CHECK(seen().empty());
    CHECK(means() == "");
    configure(true);
    CHECK(means() == "k");
    source.drain();
    CHECK(seen() == Times{at_ms(1000)});
    configure(false);
    CHECK(means() == "");
    typist.pipe.packet(2000, EV_KEY, KEY_A, 1);
    source.drain();
    CHECK(seen().size() == 1);
}

TEST_CASE_METHOD(Machine,
                 "a scanner types no password, and is activity only where the policy says so") {
    const core::UsbId id{0x05e0, 0x1200};
    auto& scanner = plug_keyboard(0);
    scanner.id = id;
    configure(false, {id});
    source.start();
    scanner.pipe.packet(1000, EV_KEY, KEY_A, 1);
    source.drain();
    CHECK(means() == "");
    CHECK(seen().empty());
    configure(false, {id}, true);
    source.drain();
    CHECK(means() == "");
    CHECK(seen_as(ActivityKind::deliberate) == Times{at_ms(1000)});
}

TEST_CASE_METHOD(Machine, "a new policy opens no device but those it is about") {
    plug_keyboard(0);
    auto& other = plug(1);
    other.by_program = true;
    plug(2).kind = platform::InputKind::none;
    source.start();
    configure(false);
    source.rescan();
    CHECK(plug(0).opened == 1);
    CHECK(other.opened == 1);
    configure(true);
    CHECK(plug(0).opened == 1);
    CHECK(other.opened == 2);
    CHECK(plug(2).opened == 1);
    CHECK(count<core::SourceBack>() == 1);
}

TEST_CASE_METHOD(Machine,
                 "a device that the policy stops counting while it is watched wakes nobody") {
    plug(0).id = {1, 2};
    source.start();
    source.watch(true);
    REQUIRE(polled(0));
    configure(false, {{1, 2}});
    CHECK_FALSE(polled(0));
    configure(false);
    CHECK(polled(0));
}

TEST_CASE_METHOD(Machine, "a device that moves is watched with both its descriptors") {
    auto& mouse = plug_mouse(0);
    source.start();
    source.watch(true);
    CHECK(mouse.pipe.polled());
    CHECK(mouse.moving.polled());
    mouse.moving.packet(1000, EV_REL, REL_X, 1);
    REQUIRE(until([&] { return seen() == Times{at_ms(1000)}; }));
    CHECK_FALSE(mouse.moving.polled());
    source.watch(false);
    CHECK_FALSE(mouse.pipe.polled());
}

TEST_CASE("the kernel's own devices can be listed and a node that is none is an error") {
    const auto system = platform::evdev_input_system();
    CHECK_NOTHROW(system.list());
    CHECK(system.open("/dev/null").error().code != 0);
    CHECK(system.open("/dev/input/event99999").error().code == ENOENT);
    CHECK_FALSE(system.seat("/dev/input/event99999"));
    CHECK_FALSE(system.held_by_another("/dev/input/event99999"));
}

}  // namespace vaktpost::test
