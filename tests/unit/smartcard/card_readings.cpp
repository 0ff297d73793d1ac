// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/card_readings.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <set>

using namespace vaktpost;
using namespace vaktpost::smartcard;

namespace {

// Cards whose answers come when the test wants them to. Shared with threads that may outlive it.
struct Cards {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<core::ReaderName, std::optional<std::string>> identities;
    std::set<core::ReaderName> hanging;
    std::map<core::ReaderName, int> begun;
    int told = 0;

    std::optional<std::string> read(const core::ReaderName& reader) {
        std::unique_lock lock{mutex};
        ++begun[reader];
        changed.notify_all();
        changed.wait(lock, [&] { return !hanging.contains(reader); });
        return identities[reader];
    }
    template <class Holds>
    bool until(Holds holds) {
        std::unique_lock lock{mutex};
        return changed.wait_for(lock, std::chrono::seconds{20}, holds);
    }
    void let_go(const core::ReaderName& reader) {
        const std::lock_guard lock{mutex};
        hanging.erase(reader);
        changed.notify_all();
    }
};

struct Bench {
    std::shared_ptr<Cards> cards = std::make_shared<Cards>();
    std::shared_ptr<CardReadings> readings = std::make_shared<CardReadings>(
        [cards = cards](const core::ReaderName& reader) { return cards->read(reader); },
        [cards = cards] {
            const std::lock_guard lock{cards->mutex};
            ++cards->told;
            cards->changed.notify_all();
        });
    bool told(int times) {
        return cards->until([&] { return cards->told == times; });
    }
    bool begun(const core::ReaderName& reader, int times) {
        return cards->until([&] { return cards->begun[reader] == times; });
    }
};

const core::ReaderName a{"A"}, b{"B"};

}  // namespace

TEST_CASE("a card's answer is told with the insertion it belongs to, once") {
    Bench bench;
    bench.cards->identities[a] = "somebody";
    bench.readings->begin(a, 7);
    REQUIRE(bench.told(1));
    const auto answers = bench.readings->take();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].reader == a);
    CHECK(answers[0].insertion == 7);
    CHECK(answers[0].identity == "somebody");
    CHECK(bench.readings->take().empty());
}

TEST_CASE("a card without an identity gives no answer") {
    Bench bench;
    bench.readings->begin(a, 1);
    REQUIRE(bench.begun(a, 1));
    bench.cards->identities[b] = "somebody";
    bench.readings->begin(b, 2);
    REQUIRE(bench.told(1));
    CHECK(bench.readings->take().size() == 1);
}

TEST_CASE("a card that hangs holds up no other reader") {
    Bench bench;
    bench.cards->hanging = {a};
    bench.cards->identities[b] = "somebody";
    bench.readings->begin(a, 1);
    REQUIRE(bench.begun(a, 1));
    bench.readings->begin(b, 2);
    CHECK(bench.told(1));
    bench.cards->let_go(a);
}

TEST_CASE("of the cards that were put in while one hangs, the last is read when it is over") {
    Bench bench;
    bench.cards->hanging = {a};
    bench.readings->begin(a, 1);
    REQUIRE(bench.begun(a, 1));
    bench.readings->begin(a, 2);
    bench.readings->begin(a, 3);
    {
        const std::lock_guard lock{bench.cards->mutex};
        bench.cards->identities[a] = "somebody";
    }
    bench.cards->let_go(a);
    REQUIRE(bench.told(2));  // the first card's late answer, and the last one's
    const auto answers = bench.readings->take();
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].insertion == 1);
    CHECK(answers[1].insertion == 3);
}

TEST_CASE("hanging cards use up no more threads than the limit") {
    Bench bench;
    for (std::size_t i = 0; i < CardReadings::thread_limit + 3; ++i) {
        const core::ReaderName reader{std::to_string(i)};
        {
            const std::lock_guard lock{bench.cards->mutex};
            bench.cards->hanging.insert(reader);
        }
        bench.readings->begin(reader, i);
    }
    CHECK(bench.cards->until(
        [&] { return bench.cards->begun.size() == CardReadings::thread_limit; }));
    const std::lock_guard lock{bench.cards->mutex};
    bench.cards->hanging.clear();
    bench.cards->changed.notify_all();
}
