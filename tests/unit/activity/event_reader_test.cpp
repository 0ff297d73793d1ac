// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/event_reader.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "tests/unit/activity/input_pipe.h"

namespace vaktpost::test {

namespace {

struct Reading : InputPipe {
    std::array<input_event, 8> buffer{};
    platform::InputKind kind = platform::InputKind::keyboard;
    core::ActivityKind lost = core::ActivityKind::deliberate;
    platform::NewestActivity read() { return platform::read_newest(out.get(), kind, lost, buffer); }
};

}  // namespace

TEST_CASE_METHOD(Reading, "the newest of all queued events gives the time") {
    packet(1000, EV_KEY, KEY_A, 1);
    packet(1080, EV_KEY, KEY_A, 0);
    for (long i = 0; i < 100; ++i) packet(2000 + i, EV_REL, REL_X, 1);
    const auto newest = read();
    CHECK(newest.deliberate == at_ms(1080));
    CHECK(newest.movement == at_ms(2099));
    CHECK_FALSE(newest.gone);
}

TEST_CASE_METHOD(Reading, "an empty queue is no activity") {
    const auto newest = read();
    CHECK_FALSE(newest.deliberate);
    CHECK_FALSE(newest.movement);
    CHECK_FALSE(newest.gone);
}

TEST_CASE_METHOD(Reading, "the buffer holds nothing afterwards") {
    packet(1000, EV_KEY, KEY_S, 1);
    read();
    const auto* bytes = reinterpret_cast<const unsigned char*>(buffer.data());
    CHECK(std::all_of(bytes, bytes + sizeof buffer, [](unsigned char byte) { return byte == 0; }));
}

TEST_CASE_METHOD(
    Reading, "a held key counts when it is pressed and when it is let go, not while it repeats") {
    packet(1000, EV_KEY, KEY_A, 1);
    for (long i = 0; i < 50; ++i) packet(1250 + 33 * i, EV_KEY, KEY_A, 2);
    CHECK(read().deliberate == at_ms(1000));
    packet(5000, EV_KEY, KEY_A, 2);
    CHECK_FALSE(read().deliberate);
    packet(6000, EV_KEY, KEY_A, 0);
    CHECK(read().deliberate == at_ms(6000));
}

TEST_CASE_METHOD(Reading, "lamps, scan codes, sounds and switches do not count") {
    packet(1000, EV_LED, LED_CAPSL, 1);
    packet(1001, EV_MSC, MSC_SCAN, 30);
    packet(1002, EV_SW, SW_LID, 1);
    packet(1003, EV_SND, SND_BELL, 1);
    CHECK_FALSE(read().deliberate);
}

TEST_CASE_METHOD(Reading, "after an overflow the newest event counts") {
    put(1000, EV_SYN, SYN_DROPPED, 0);
    packet(1000, EV_KEY, KEY_A, 1);
    CHECK(read().deliberate == at_ms(1000));
}

TEST_CASE_METHOD(Reading, "an overflow that kept only the end of a packet counts at its time") {
    put(1000, EV_SYN, SYN_DROPPED, 0);
    put(1000, EV_SYN, SYN_REPORT, 0);
    CHECK(read().deliberate == at_ms(1000));
}

TEST_CASE_METHOD(Reading, "an overflow of what can only be movement is movement") {
    lost = core::ActivityKind::movement;
    put(1000, EV_SYN, SYN_DROPPED, 0);
    put(1000, EV_SYN, SYN_REPORT, 0);
    const auto newest = read();
    CHECK(newest.movement == at_ms(1000));
    CHECK_FALSE(newest.deliberate);
}

TEST_CASE_METHOD(Reading, "an overflow by a held key does not count") {
    put(1000, EV_SYN, SYN_DROPPED, 0);
    put(1000, EV_SYN, SYN_REPORT, 0);
    packet(1033, EV_KEY, KEY_SPACE, 2);
    CHECK_FALSE(read().deliberate);
}

TEST_CASE_METHOD(Reading, "a device that has left is told apart from one that is silent") {
    packet(1000, EV_REL, REL_X, 1);
    unplug();
    const auto newest = read();
    CHECK(newest.movement == at_ms(1000));
    CHECK(newest.gone);
}

}  // namespace vaktpost::test
