// SPDX-License-Identifier: GPL-3.0-or-later
// What a curious colleague can read at the centre where routine records stay on the machine.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <regex>

#include "agent/core/decide.h"
#include "agent/events/spool.h"
#include "tests/unit/events/samples.h"
#include "tests/unit/events/temp_folder.h"

using namespace vaktpost;
using namespace std::chrono_literals;
using core::Event;
using core::Instant;

namespace {

constexpr events::WallTime boot{std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 6h};

struct Happening {
    core::Duration at;
    Event event;
};
using Day = std::vector<Happening>;

core::SessionOpened login(const std::string& id, const std::string& user) {
    return {{{id}, 1000, user, {"seat0"}, core::SessionClass::graphical, true}};
}

// A machine from its start to 9 o'clock, with the clock's own doings in between.
class Machine {
  public:
    explicit Machine(core::RoutineRule routine)
        : routine_stays_(routine == core::RoutineRule::counts) {
        policy_.log.routine = routine;
        policy_.session.idle_lock.reset();
        auto store = events::EventStore::open(folder_.path());
        REQUIRE(store);
        auto spool = events::Spool::begin(std::move(*store), events::plan_start({}, 0, {}));
        REQUIRE(spool);
        spool_.emplace(std::move(*spool));
    }

    std::string lives_through(const Day& day) {
        tell(core::AgentStarted{"1.0", core::PreviousEnd::clean, {}, {}, 0}, Instant(1min));
        for (const auto& source : core::all_sources)
            tell(core::SourceBack{source, {}}, Instant(1min));
        for (const Happening& happening : day) {
            let_pass(Instant(happening.at));
            tell(happening.event, Instant(happening.at));
        }
        let_pass(Instant(3h));
        return central_view();
    }

  private:
    void let_pass(Instant until) {
        for (;;) {
            const auto next = std::min_element(
                deadlines_.begin(), deadlines_.end(),
                [](const auto& one, const auto& other) { return one.second < other.second; });
            if (next == deadlines_.end() || next->second > until) return;
            const auto [id, at] = *next;
            deadlines_.erase(next);
            tell(core::DeadlineReached{id}, at);
        }
    }

    void tell(const Event& event, Instant now) {
        for (const core::Action& action : core::decide(state_, policy_, event, now)) {
            if (const auto* set = std::get_if<core::SetDeadline>(&action))
                deadlines_[set->id] = set->at;
            else if (const auto* cancel = std::get_if<core::CancelDeadline>(&action))
                deadlines_.erase(cancel->id);
            else if (const auto* append = std::get_if<core::AppendEvent>(&action))
                store(append->record, now);
        }
    }

    void store(const core::Record& record, Instant now) {
        auto origin = test::sample_origin();
        origin.routine_stays = routine_stays_;
        const auto since_boot =
            std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
        REQUIRE(spool_->store({{record,
                                std::make_shared<const events::Origin>(std::move(origin)),
                                boot + since_boot,
                                {}}},
                              {}));
    }

    // Salts and hashes are random to whoever has not the records.
    std::string central_view() {
        std::string view;
        auto reader = events::EventReader::open(folder_.path() / "events.db");
        REQUIRE(reader);
        REQUIRE(reader->leaving_after({}, [&](events::Position, std::string_view text) {
            view += std::string(text) + "\n";
            return true;
        }));
        static const std::regex random(
            "[0-9a-f]{64}|\"salt\":\"[0-9a-f]*\"|\"digests\":\\[[^]]*\\]");
        return std::regex_replace(view, random, "*");
    }

    test::TempFolder folder_;
    bool routine_stays_;
    core::State state_;
    core::Policy policy_;
    std::optional<events::Spool> spool_;
    std::map<core::DeadlineId, Instant> deadlines_;
};

// One nurse who comes early, and goes home before two.
Day early_bird() {
    return {{6min, login("2", "kari")},
            {7min, core::CardInserted{{"A"}, "3b01"}},
            {20min, core::CardRemoved{{"A"}}},
            {20min + 1s, core::SessionLocked{{"2"}, core::Witness::greeter}},
            {65min, core::SessionUnlocked{{"2"}, core::Witness::greeter}},
            {66min, core::CardInserted{{"A"}, "3b01"}},
            {70min, core::SessionClosed{{"2"}}}};
}

// Another one on the same days at the other end of the hours.
Day late_riser() {
    return {{48min, login("7", "ola")},
            {50min, core::CardInserted{{"A"}, "3b02"}},
            {58min, core::CardRemoved{{"A"}}},
            {58min + 1s, core::SessionLocked{{"7"}, core::Witness::greeter}},
            {91min, core::SessionUnlocked{{"7"}, core::Witness::greeter}},
            {100min, core::CardInserted{{"A"}, "3b02"}},
            {119min, core::SessionClosed{{"7"}}}};
}

}  // namespace

TEST_CASE("with routine counts two days that differ within the hours are the same at the centre") {
    const auto early = Machine(core::RoutineRule::counts).lives_through(early_bird());
    const auto late = Machine(core::RoutineRule::counts).lives_through(late_riser());
    CHECK(early == late);
    CHECK(early.find("log.routine") != std::string::npos);
    for (const auto* word :
         {"kari", "card.removed\"", "session.unlocked\"", "session.lock_requested\""})
        CHECK(early.find(word) == std::string::npos);
}

TEST_CASE("where routine records leave the machine the same two days are told apart") {
    CHECK(Machine(core::RoutineRule::central).lives_through(early_bird()) !=
          Machine(core::RoutineRule::central).lives_through(late_riser()));
}
