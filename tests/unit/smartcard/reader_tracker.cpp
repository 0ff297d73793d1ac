// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/reader_tracker.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "reading_maker.h"

using namespace vaktpost;
using namespace vaktpost::smartcard;
using namespace vaktpost::smartcard::test;

namespace {

struct Tracked {
    ReaderTracker tracker;
    Words see(const std::vector<ReaderReading>& picture) { return words(tracker.update(picture)); }
};

}  // namespace

TEST_CASE("a card that is put in and pulled out is reported once each way") {
    Tracked t;
    CHECK(t.see({out("A")}).empty());
    CHECK(t.see({in("A", 1)}) == Words{"in A"});
    CHECK(t.see({in("A", 1)}).empty());
    CHECK(t.see({out("A", 2)}) == Words{"out A"});
    CHECK(t.see({out("A", 2)}).empty());
}

TEST_CASE("a card in the reader since pcscd's start is reported with counter 0") {
    Tracked t;
    CHECK(t.see({in("A", 0)}) == Words{"in A"});
    CHECK(t.see({out("A", 1)}) == Words{"out A"});
}

TEST_CASE("a pull and a new insertion between two looks are told by the counter") {
    Tracked t;
    t.see({in("A", 1)});
    CHECK(t.see({in("A", 3)}) == Words{"out A", "in A"});
}

TEST_CASE("a pull and a new insertion are seen from counter 0 too") {
    Tracked t;
    t.see({in("A", 0)});
    CHECK(t.see({in("A", 2)}) == Words{"out A", "in A"});
}

TEST_CASE("a pull and a new insertion are seen when the counter wraps") {
    Tracked t;
    t.see({in("A", 0xfffe)});
    CHECK(t.see({in("A", 0)}) == Words{"out A", "in A"});
    CHECK(t.see({in("A", 2)}) == Words{"out A", "in A"});
    Tracked u;
    u.see({in("A", 0xffff)});
    CHECK(u.see({in("A", 1)}) == Words{"out A", "in A"});
}

TEST_CASE("a card that goes mute, or speaks again, is still the same card") {
    Tracked t;
    t.see({in("A", 1)});
    auto mute = in("A", 1);
    mute.mute = true;
    CHECK(t.see({mute}).empty());
    CHECK(t.see({in("A", 1)}).empty());
    mute.counter = 2;
    CHECK(t.see({mute}) == Words{"out A", "in A"});
}

TEST_CASE("a reader that vanishes with a card in it reports presence lost") {
    Tracked t;
    t.see({in("A", 1), out("B")});
    CHECK(t.see({out("B")}) == Words{"lost A"});
    CHECK(t.see({out("B")}).empty());
}

TEST_CASE("a reader in error with a card in it reports presence lost, once") {
    for (const auto state : {CardState::unknown, CardState::settling}) {
        Tracked t;
        t.see({in("A", 1)});
        CHECK(t.see({reading("A", state)}) == Words{"lost A"});
        CHECK(t.see({reading("A", state)}).empty());
        CHECK(t.see({}).empty());
    }
}

TEST_CASE("a reader that recovers reports the card in it as inserted") {
    Tracked t;
    t.see({in("A", 1)});
    t.see({reading("A", CardState::unknown)});
    CHECK(t.see({in("A", 2)}) == Words{"in A"});
}

TEST_CASE("a reader that recovers without the card adds nothing to presence lost") {
    Tracked t;
    t.see({in("A", 1)});
    CHECK(t.see({reading("A", CardState::unknown)}) == Words{"lost A"});
    CHECK(t.see({out("A", 1)}).empty());
}

TEST_CASE("a reader that reports empty just before it vanishes is a removal, and only that") {
    Tracked t;
    t.see({in("A", 1)});
    CHECK(t.see({out("A", 2)}) == Words{"out A"});
    CHECK(t.see({}).empty());
}

TEST_CASE("an empty reader may come, fail and go unnoticed") {
    Tracked t;
    CHECK(t.see({out("A")}).empty());
    CHECK(t.see({reading("A", CardState::unknown)}).empty());
    CHECK(t.see({out("A")}).empty());
    CHECK(t.see({}).empty());
}

TEST_CASE("a card that was in and out between two looks was never there") {
    Tracked t;
    t.see({out("A", 0)});
    CHECK(t.see({out("A", 2)}).empty());
}

TEST_CASE("a second card in a second reader does not hide the removal of the first") {
    Tracked t;
    t.see({in("A", 1), out("B")});
    CHECK(t.see({in("A", 1), in("B", 1)}) == Words{"in B"});
    CHECK(t.see({out("A", 2), in("B", 1)}) == Words{"out A"});
    CHECK(t.see({in("B", 1)}).empty());
}

TEST_CASE("a card that changes readers within one look leaves the one and enters the other") {
    Tracked t;
    t.see({in("A", 1), out("B")});
    CHECK(t.see({out("A", 2), in("B", 1)}) == Words{"out A", "in B"});
}

TEST_CASE("when the source is back every card that is in is reported again") {
    Tracked t;
    t.see({in("A", 5), in("B", 1), out("C")});
    t.tracker.source_lost();
    CHECK(t.see({in("A", 0), in("B", 0), out("C")}) == Words{"in A", "in B"});
    CHECK(t.see({in("A", 0), in("B", 0), out("C")}).empty());
}

TEST_CASE("when the source is back a card that went meanwhile is reported as gone") {
    Tracked t;
    t.see({in("A", 1), in("B", 1), in("C", 1)});
    t.tracker.source_lost();
    CHECK(t.see({out("A"), reading("C", CardState::unknown)}) ==
          Words{"out A", "lost B", "lost C"});
}

TEST_CASE("what was in is remembered through several losses of the source") {
    Tracked t;
    t.see({in("A", 1)});
    t.tracker.source_lost();
    t.tracker.source_lost();
    CHECK(t.see({}) == Words{"lost A"});
}

TEST_CASE("after the source is back the new counters count") {
    Tracked t;
    t.see({in("A", 5)});
    t.tracker.source_lost();
    t.see({in("A", 0)});
    CHECK(t.see({in("A", 2)}) == Words{"out A", "in A"});
}

TEST_CASE("reader names are told apart byte by byte") {
    Tracked t;
    const std::string nasty{"A\n\x1b[2J\xff\0'\"", 10};
    t.see({in(nasty, 1), in("A", 1)});
    CHECK(t.see({in("A", 1)}) == Words{"lost " + nasty});
}

// A model of the truth beside random pictures: what core is told must be a strict alternation per
// reader, and agree with what is in after each picture.
TEST_CASE("a card that was in and is in no longer gives exactly one removal or loss") {
    std::mt19937 random{GENERATE(range(1U, 40U))};
    const auto dice = [&](int sides) { return static_cast<int>(random() % unsigned(sides)); };
    struct Reader {
        bool listed = true, broken = false, card = false;
        std::uint16_t counter = 0;
    };
    std::map<std::string, Reader> world{{"A", {}}, {"B", {}}, {"C", {}}};
    std::map<std::string, bool> told;
    ReaderTracker tracker;

    for (int step = 0; step < 500; ++step) {
        bool lost = false;
        for (int change = dice(4); change > 0; --change) {
            const std::string name(1, static_cast<char>('A' + dice(3)));
            Reader& reader = world[name];
            switch (dice(8)) {
                case 0:
                    reader.listed = !reader.listed;
                    if (reader.listed) reader.counter = 0;
                    break;
                case 1:
                    reader.broken = !reader.broken;
                    break;
                case 2:
                    lost = true;
                    break;
                case 3:
                    reader.counter = static_cast<std::uint16_t>(0x10000 - 1 - dice(2));
                    break;
                default:
                    reader.card = !reader.card;
                    ++reader.counter;
            }
        }
        if (lost) {
            tracker.source_lost();
            for (auto& [name, reader] : world) reader.counter = 0;
        }
        std::vector<ReaderReading> picture;
        for (const auto& [name, reader] : world) {
            if (!reader.listed) continue;
            if (reader.broken)
                picture.push_back(reading(name, CardState::unknown));
            else
                picture.push_back(reader.card ? in(name, reader.counter)
                                              : out(name, reader.counter));
        }

        std::map<std::string, int> endings;
        for (const auto& event : tracker.update(picture)) {
            if (const auto* inserted = std::get_if<core::CardInserted>(&event)) {
                const auto& name = inserted->reader.value;
                if (!lost) CHECK_FALSE(told[name]);
                told[name] = true;
                continue;
            }
            const auto* removed = std::get_if<core::CardRemoved>(&event);
            const auto* gone = std::get_if<core::PresenceLost>(&event);
            REQUIRE((removed != nullptr || gone != nullptr));
            const auto& name = removed != nullptr ? removed->reader.value : gone->reader.value;
            CHECK(told[name]);
            CHECK(++endings[name] == 1);
            told[name] = false;
        }
        for (const auto& [name, reader] : world)
            CHECK(told[name] == (reader.listed && !reader.broken && reader.card));
    }
}
