// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/reader_session.h"

#include <catch2/catch.hpp>
#include <deque>

#include "reading_maker.h"

using namespace vaktpost;
using namespace vaktpost::smartcard;
using namespace vaktpost::smartcard::test;
using std::chrono::milliseconds;

namespace {

using Woken = ReaderService::Woken;

// Stands in for PC/SC: shows what is set here, and notes how it was asked.
class ScriptedService : public ReaderService {
  public:
    std::vector<ReaderReading> truth;
    std::deque<Woken> ends;  // of the next waits; timed_out when there are no more
    bool broken = false;

    std::vector<milliseconds> timeouts;
    std::vector<ReaderReading> asked;

    core::Result<std::vector<core::ReaderName>> readers() override {
        if (broken) return core::Error{0, "list", "broken"};
        std::vector<core::ReaderName> names;
        for (const auto& reader : truth) names.push_back(reader.name);
        return names;
    }

    core::Result<Woken> wait(std::vector<ReaderReading>& picture, milliseconds timeout) override {
        asked = picture;
        timeouts.push_back(timeout);
        const Woken end = ends.empty() ? Woken::timed_out : ends.front();
        if (!ends.empty()) ends.pop_front();
        if (end == Woken::changed || end == Woken::timed_out) picture = truth;
        return end;
    }
};

struct Watched {
    ScriptedService service;
    ReaderTracker tracker;
    ReaderSession session{service, tracker};

    Words step() {
        auto events = session.step();
        REQUIRE(events.ok());
        return card_words(*events);
    }
    milliseconds last_timeout() const { return service.timeouts.back(); }
};

}  // namespace

TEST_CASE("without any reader the first look is a complete picture") {
    Watched w;
    CHECK(w.step() == Words{"back"});
    CHECK(w.last_timeout() == milliseconds{0});
    CHECK(w.session.back());
}

TEST_CASE("the cards that are in are reported before the source is back") {
    Watched w;
    w.service.truth = {in("A"), out("B"), in("C", 4)};
    CHECK(w.step() == Words{"in A", "in C", "back"});
}

TEST_CASE("a reader that is just being added says nothing until it knows, and does not spin") {
    Watched w;
    w.service.truth = {reading("A", CardState::settling)};
    CHECK(w.step() == Words{"back"});
    CHECK(w.step().empty());
    CHECK(w.last_timeout() == ReaderSession::after_change);
    w.service.truth = {in("A")};
    CHECK(w.step() == Words{"in A"});
}

TEST_CASE("a wait that brought nothing is followed by a look where PC/SC could not compare") {
    const auto state = GENERATE(CardState::present, CardState::settling);
    Watched w;
    w.service.truth = {reading("A", state, 0), out("B", 0)};
    w.step();
    w.step();
    CHECK(w.last_timeout() == ReaderSession::after_change);
    w.service.timeouts.clear();
    for (int i = 0; i < 4; ++i) CHECK(w.step().empty());
    CHECK(w.service.timeouts == std::vector{milliseconds{0}, ReaderSession::idle_timeout,
                                            milliseconds{0}, ReaderSession::idle_timeout});
}

TEST_CASE("where PC/SC compares counters by itself one long wait follows the other") {
    Watched w;
    w.service.truth = {in("A", 1), out("B", 0), reading("C", CardState::unknown)};
    w.step();
    w.step();
    CHECK(w.last_timeout() == ReaderSession::after_change);
    w.service.timeouts.clear();
    for (int i = 0; i < 3; ++i) CHECK(w.step().empty());
    CHECK(w.service.timeouts == std::vector(3, ReaderSession::idle_timeout));
}

TEST_CASE("a look that is asked for is not waited for") {
    Watched w;
    w.service.truth = {in("A", 1)};
    w.step();
    w.service.truth = {out("A", 2)};
    w.session.look();
    CHECK(w.step() == Words{"out A"});
    CHECK(w.last_timeout() == milliseconds{0});
    CHECK(w.service.asked == std::vector{reading("A", CardState::unread, 1)});
}

TEST_CASE("only a wait that ended by itself has seen the state of now") {
    Watched w;
    CHECK_FALSE(w.session.fresh());
    for (const auto end : {Woken::changed, Woken::timed_out}) {
        w.service.ends = {end};
        w.step();
        CHECK(w.session.fresh());
    }
    for (const auto end : {Woken::interrupted, Woken::unknown_reader}) {
        w.service.ends = {end};
        w.step();
        CHECK_FALSE(w.session.fresh());
    }
}

TEST_CASE("a look asks for every reader anew, a wait for what differs from the last answer") {
    Watched w;
    w.service.truth = {in("A", 3)};
    w.step();
    CHECK(w.service.asked == std::vector{reading("A", CardState::unread)});
    w.step();
    CHECK(w.service.asked == std::vector{in("A", 3)});
}

TEST_CASE("a reader that arrives is looked at without waiting") {
    Watched w;
    w.step();
    w.service.truth = {in("A")};
    CHECK(w.step() == Words{"in A"});
    CHECK(w.last_timeout() == milliseconds{0});
}

TEST_CASE("a reader that only the list no longer has is noticed without waiting") {
    Watched w;
    w.service.truth = {in("A"), out("B")};
    w.step();
    w.service.truth = {out("B")};
    CHECK(w.step() == Words{"lost A"});
    CHECK(w.last_timeout() == milliseconds{0});
}

TEST_CASE("a reader that goes between list and wait is reported from the next list") {
    Watched w;
    w.service.truth = {in("A")};
    w.step();
    w.service.ends = {Woken::unknown_reader};
    CHECK(w.step().empty());
    w.service.truth.clear();
    CHECK(w.step() == Words{"lost A"});
}

TEST_CASE("PC/SC that reports changes without any is given a rest, and then believed again") {
    for (const auto end : {Woken::changed, Woken::unknown_reader}) {
        Watched w;
        w.service.truth = {in("A")};
        w.step();
        w.service.ends.assign(ReaderSession::patience + 1, end);
        for (int i = 0; i <= ReaderSession::patience; ++i) {
            CHECK_FALSE(w.session.fruitless());
            CHECK(w.step().empty());
        }
        CHECK(w.session.fruitless());
        w.step();
        CHECK_FALSE(w.session.fruitless());
    }
}

TEST_CASE("an interrupted wait is followed by a look") {
    Watched w;
    w.service.truth = {in("A")};
    w.step();
    w.service.ends = {Woken::interrupted};
    CHECK(w.step().empty());
    w.service.truth = {out("A", 1)};
    CHECK(w.step() == Words{"out A"});
    CHECK(w.last_timeout() == milliseconds{0});
}

TEST_CASE("an error of PC/SC ends the session with its words") {
    Watched w;
    w.step();
    w.service.broken = true;
    const auto end = w.session.step();
    REQUIRE_FALSE(end.ok());
    CHECK(end.error().text() == "list: broken");
}
