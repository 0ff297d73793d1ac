// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/reader_tracker.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <utility>

#include "reading_maker.h"

using namespace vaktpost;
using namespace vaktpost::smartcard;
using namespace vaktpost::smartcard::test;

namespace {

struct Tracked {
    ReaderTracker tracker;
    Words see(const std::vector<ReaderReading>& picture) {
        return card_words(tracker.update(picture));
    }
    Words see_all(const std::vector<ReaderReading>& picture) {
        return words(tracker.update(picture));
    }
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

TEST_CASE("a reader in error with a card in it is told once, as one that may come round") {
    Tracked t;
    t.see({in("A", 1)});
    CHECK(t.see({reading("A", CardState::unknown)}) == Words{"unsure A"});
    CHECK(t.see({reading("A", CardState::unknown)}).empty());
}

TEST_CASE("a reader in error that then vanishes is told again, as one that will not come round") {
    for (const auto& picture :
         {std::vector<ReaderReading>{}, std::vector{reading("A", CardState::vanished)}}) {
        Tracked t;
        t.see({in("A", 1)});
        t.see({reading("A", CardState::unknown)});
        CHECK(t.see_all(picture) == Words{"lost A"});
        CHECK(t.see_all({}).empty());
    }
}

TEST_CASE("a reader that was added again between two looks had gone with its card") {
    Tracked t;
    t.see({in("A", 1)});
    CHECK(t.see_all({reading("A", CardState::settling)}) == Words{"lost A"});
    CHECK(t.see_all({reading("A", CardState::settling)}).empty());
    CHECK(t.see_all({in("A", 0)}) == Words{"in A"});
}

TEST_CASE("a reader that a new pcscd is still adding is waited for") {
    Tracked t;
    t.see({in("A", 1), in("B", 1)});
    t.tracker.source_lost();
    const auto settling = [](const char* name) { return reading(name, CardState::settling); };
    CHECK(t.see({settling("A"), settling("B")}).empty());
    CHECK(t.see({in("A", 0), out("B")}) == Words{"out B", "in A"});
}

TEST_CASE("a reader that recovers reports the card in it as inserted") {
    for (const std::uint16_t counter :
         {std::uint16_t{1}, std::uint16_t{2}}) {  // pcscd counts it, or not
        Tracked t;
        t.see({in("A", 1)});
        t.see({reading("A", CardState::unknown)});
        CHECK(t.see({in("A", counter)}) == Words{"in A"});
        CHECK(t.see({in("A", counter)}).empty());
    }
}

TEST_CASE("a reader that recovers and counted a pull meanwhile reports both") {
    Tracked t;
    t.see({in("A", 0xffff)});
    t.see({reading("A", CardState::unknown)});
    CHECK(t.see({in("A", 1)}) == Words{"out A", "in A"});
}

TEST_CASE("a reader that recovers without the card reports it removed") {
    Tracked t;
    t.see({in("A", 1)});
    t.see({reading("A", CardState::unknown)});
    CHECK(t.see({out("A", 1)}) == Words{"out A"});
    CHECK(t.see({out("A", 1)}).empty());
}

TEST_CASE("a reader is told when it comes, before its card, and when it goes without one") {
    Tracked t;
    CHECK(t.see_all({out("A"), in("B", 0)}) == Words{"reader A", "reader B", "in B"});
    CHECK(t.see_all({out("A"), in("B", 0)}).empty());
    CHECK(t.see_all({in("B", 0)}) == Words{"no reader A"});
    CHECK(t.see_all({out("B", 1)}) == Words{"out B"});
    CHECK(t.see_all({}) == Words{"no reader B"});
    CHECK(t.see_all({in("B", 0)}) == Words{"reader B", "in B"});
    CHECK(t.see_all({}) == Words{"lost B"});
    CHECK(t.see_all({}).empty());
}

TEST_CASE("readers that a new pcscd still has are not told again, those it has not are") {
    Tracked t;
    t.see_all({out("A"), out("B")});
    t.tracker.source_lost();
    CHECK(t.see_all({out("A")}) == Words{"no reader B"});
}

TEST_CASE("the answer to reset comes with the card") {
    Tracked t;
    auto card = in("A", 1);
    card.atr = "3b7a18";
    const auto events = t.tracker.update(std::vector{card});
    REQUIRE(events.size() == 2);
    CHECK(std::get<core::CardInserted>(events[1]).atr == "3b7a18");
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
          Words{"lost B", "out A", "unsure C"});
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
    enum class Told { out, in, doubtful };
    std::map<std::string, Told> told;
    std::map<std::string, bool> told_reader;
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
            if (const auto* arrived = std::get_if<core::ReaderArrived>(&event)) {
                CHECK_FALSE(std::exchange(told_reader[arrived->reader.value], true));
                continue;
            }
            if (const auto* left = std::get_if<core::ReaderLeft>(&event)) {
                CHECK(std::exchange(told_reader[left->reader.value], false));
                CHECK(told[left->reader.value] == Told::out);
                continue;
            }
            if (const auto* inserted = std::get_if<core::CardInserted>(&event)) {
                const auto& name = inserted->reader.value;
                CHECK(told_reader[name]);
                if (!lost) CHECK(told[name] != Told::in);
                told[name] = Told::in;
                continue;
            }
            const auto* removed = std::get_if<core::CardRemoved>(&event);
            const auto* gone = std::get_if<core::PresenceLost>(&event);
            REQUIRE((removed != nullptr || gone != nullptr));
            const auto& name = removed != nullptr ? removed->reader.value : gone->reader.value;
            CHECK(told[name] != Told::out);
            CHECK(++endings[name] == 1);
            told[name] = Told::out;
            if (gone != nullptr && gone->vanished) told_reader[name] = false;
            if (gone != nullptr && !gone->vanished) told[name] = Told::doubtful;
        }
        for (const auto& [name, reader] : world) {
            CHECK(told_reader[name] == reader.listed);
            const bool certainly_in = reader.listed && !reader.broken && reader.card;
            CHECK((told[name] == Told::in) == certainly_in);
            if (reader.listed && !reader.broken && !reader.card) CHECK(told[name] == Told::out);
        }
    }
}
