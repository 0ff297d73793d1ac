// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/replay/card_replay.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "agent/core/decide.h"

namespace vaktpost::replay {
namespace {

const core::SeatName seat0{"seat0"};

// A session as it was when its card went.
struct Depended {
    core::SessionClass kind = core::SessionClass::other;
    core::LockState lock = core::LockState::unlocked;
    bool background = false;
};

std::optional<Depended> read_depended(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto kind = core::from_string<core::SessionClass>(text.substr(0, colon));
    auto rest = text.substr(colon + 1);
    constexpr std::string_view behind = ":background";
    Depended depended;
    depended.background = rest.ends_with(behind);
    if (depended.background) rest.remove_suffix(behind.size());
    const auto lock = core::from_string<core::LockState>(rest);
    if (!kind || !lock) return std::nullopt;
    depended.kind = *kind;
    depended.lock = *lock;
    return depended;
}

std::optional<std::vector<Depended>> read_all_depended(const Recorded& record) {
    const auto list = record.list("depended");
    if (!list) return std::nullopt;
    std::vector<Depended> all;
    for (const std::string& each : *list) {
        const auto depended = read_depended(each);
        if (!depended) return std::nullopt;
        all.push_back(*depended);
    }
    return all;
}

// What was done to one session.
struct Effect {
    std::string text = "nothing";
    int harshness = 0;
};

// In the words of records, written or just made. Nothing: no effect of a card.
std::optional<Effect> effect_of(std::string_view type, const std::string& step,
                                const std::string& reason, bool observed) {
    Effect effect;
    if (type == "session.lock_suppressed") return Effect{"warn:" + reason, 1};
    if (type == "session.lock_requested" || type == "session.lock_unconfirmed")
        effect = {"lock", 2};
    if (type == "session.ended" || step == "end_session") effect = {"end", 3};
    if (effect.harshness == 0) return std::nullopt;
    if (observed) effect = {effect.text + ",only_observed", 0};
    return effect;
}

std::string_view trigger_of(std::string_view type) {
    if (type == "card.removed") return "card_removed";
    if (type == "card.presence_lost") return "presence_lost";
    return "other_card";
}

using Effects = std::map<core::SessionClass, std::vector<Effect>>;

// Those without an effect stand in it as well; in an order that can be compared.
void complete(Effects& effects, const std::vector<Depended>& sessions) {
    for (const Depended& each : sessions) {
        const auto count = static_cast<std::size_t>(
            std::count_if(sessions.begin(), sessions.end(),
                          [&](const Depended& other) { return other.kind == each.kind; }));
        effects[each.kind].resize(count);
    }
    for (auto& [kind, list] : effects)
        std::sort(list.begin(), list.end(), [](const Effect& one, const Effect& other) {
            return std::tie(one.harshness, one.text) < std::tie(other.harshness, other.text);
        });
}

struct Before {
    Effects effects;
    std::size_t count = 0;
    bool observed = false;
};

Before recorded_effects(const CardCase& about) {
    Before before;
    for (const FollowUp& later : about.after) {
        if (later.kind != FollowUp::Kind::effect) continue;
        const Recorded& record = *later.record;
        const bool observed = record.outcome == "observed";
        const auto effect =
            effect_of(record.type, record.text("step"), record.text("reason"), observed);
        const auto kind = core::from_string<core::SessionClass>(record.session_class);
        if (!effect || !kind) continue;
        before.effects[*kind].push_back(*effect);
        before.observed = before.observed || observed;
        ++before.count;
    }
    return before;
}

std::string text_of(const core::Record& record, std::string_view key) {
    for (const core::Field& field : record.data)
        if (field.key == key)
            if (const auto* text = std::get_if<std::string>(&field.value)) return *text;
    return {};
}

// Plays the case to core.
class Trial {
  public:
    Trial(const CardCase& about, const std::vector<Depended>& sessions, const core::Policy& policy)
        : about_(about), sessions_(sessions), policy_(policy), now_(about.record.at) {
        reader_ = {about.record.text("reader")};
        seat_ = about.record.seat.empty() ? seat0 : core::SeatName{about.record.seat};
        other_ = about.record.type == "card.other";
        set_seat();
        for (std::size_t i = 0; i < sessions.size(); ++i) add_session(i);
        play(core::PolicyApplied{});
        trigger_ = trigger_of(about.record.type);
    }

    std::optional<Untold> run() {
        start();
        for (const FollowUp& later : about_.after) {
            if (later.kind == FollowUp::Kind::effect) continue;
            fire_until(later.record->at);
            now_ = std::max(now_, later.record->at);
            if (is_moved(later)) return Untold::moved;
            follow(later);
        }
        fire_until(about_.end);
        return waits() ? std::optional(Untold::ended) : std::nullopt;
    }

    [[nodiscard]] const Effects& effects() const { return effects_; }

    // The key that made it so.
    [[nodiscard]] std::string rule(core::SessionClass kind, const std::string& effect) const {
        if (role_ != core::CardRole::presence) return "card.rule";
        if (effect == "warn:no_way_back") return "session.unlock_needs";
        if (kind == core::SessionClass::remote) return "remote.on_card_removal";
        if (never_away_) return "card.reader";
        if (forgiven_) return "session.card_removal_grace";
        return trigger_ == "card_removed" ? "session.on_card_removal"
                                          : "session.on_" + std::string(trigger_);
    }

  private:
    void set_seat() {
        const auto with = about_.record.list("unlock_with").value_or(std::vector<std::string>{});
        const auto has = [&](std::string_view word) {
            return std::find(with.begin(), with.end(), word) != with.end();
        };
        auto& seat = state_.seats[seat_];
        seat.keyboard = has("keyboard");
        seat.touch = has("touch");
        state_.sources[core::Source::card].phase =
            has("card") ? core::SourcePhase::starting : core::SourcePhase::ready;
        role_ = policy_.role_of(reader_, about_.record.text("atr"));
        if (other_) return;
        auto& reader = state_.readers[reader_];
        reader.card = true;
        reader.atr = about_.record.text("atr");
    }

    void add_session(std::size_t number) {
        const Depended& depended = sessions_[number];
        const core::SessionId id{std::to_string(number + 1)};
        auto& session = state_.sessions[id];
        session.info.id = id;
        session.info.session_class = depended.kind;
        if (depended.kind != core::SessionClass::remote) session.info.seat = seat_;
        session.info.active = other_ || !depended.background;
        session.lock = depended.lock;
        // Of another card it is not said in which reader the session's own was.
        session.bound[other_ ? core::ReaderName{reader_.value + " (own)"} : reader_] = {};
    }

    void start() {
        const auto& record = about_.record;
        if (other_) return play(core::CardInserted{reader_, record.text("atr")});
        if (trigger_ == "presence_lost") return play(core::PresenceLost{reader_, true});
        const auto debounced =
            std::clamp<std::int64_t>(record.number("debounced_ms").value_or(0), 0, 10'000);
        now_ -= std::chrono::milliseconds(debounced);
        play(core::CardRemoved{reader_});
    }

    void play(const core::Event& event) {
        for (const core::Action& action : core::decide(state_, policy_, event, now_)) {
            if (const auto* set = std::get_if<core::SetDeadline>(&action))
                deadlines_[set->id] = set->at;
            if (const auto* cancel = std::get_if<core::CancelDeadline>(&action))
                deadlines_.erase(cancel->id);
            if (const auto* append = std::get_if<core::AppendEvent>(&action)) note(append->record);
        }
    }

    void note(const core::Record& record) {
        const auto type = core::to_string(record.type);
        if (type == "card.removed") removed_ = true;
        if (!record.session || text_of(record, "trigger") != trigger_) return;
        const auto effect = effect_of(type, text_of(record, "step"), text_of(record, "reason"),
                                      record.outcome == core::Outcome::observed);
        const auto& session = *record.session;
        if (effect && done_.emplace(session.id, true).second)
            effects_[session.session_class].push_back(*effect);
    }

    // The card may still come back until then.
    static bool matters(const core::DeadlineId& id) {
        return id.kind == core::DeadlineKind::card_debounce ||
               id.kind == core::DeadlineKind::card_grace;
    }

    [[nodiscard]] bool waits() const {
        return std::any_of(deadlines_.begin(), deadlines_.end(),
                           [](const auto& entry) { return matters(entry.first); });
    }

    void fire_until(core::Instant end) {
        for (;;) {
            const auto next = std::find_if(
                deadlines_.begin(), deadlines_.end(),
                [&](const auto& entry) { return matters(entry.first) && entry.second <= end; });
            if (next == deadlines_.end()) return;
            const auto id = next->first;
            now_ = std::max(now_, next->second);
            deadlines_.erase(next);
            play(core::DeadlineReached{id});
        }
    }

    // While a card may still come back, another one comes or goes: the grace is theirs as well.
    [[nodiscard]] bool is_moved(const FollowUp& later) const {
        if (!waits()) return false;
        const bool elsewhere = later.record->text("reader") != reader_.value;
        return later.kind == FollowUp::Kind::other ||
               (elsewhere &&
                (later.kind == FollowUp::Kind::inserted || later.kind == FollowUp::Kind::removed ||
                 later.kind == FollowUp::Kind::lost));
    }

    void follow(const FollowUp& later) {
        const bool here = later.record->text("reader") == reader_.value;
        switch (later.kind) {
            case FollowUp::Kind::effect:
            case FollowUp::Kind::removed:
            case FollowUp::Kind::other:
                break;
            case FollowUp::Kind::inserted:
                if (here && waits()) come_back(*later.record);
                break;
            case FollowUp::Kind::lost:
                if (here && waits()) play(core::PresenceLost{reader_, true});
                break;
            case FollowUp::Kind::asked:
            case FollowUp::Kind::unconfirmed:
            case FollowUp::Kind::locked:
            case FollowUp::Kind::closed:
                follow_sessions(later);
                break;
        }
    }

    void come_back(const Recorded& card) {
        play(core::CardInserted{reader_, card.text("atr")});
        (removed_ ? forgiven_ : never_away_) = !waits();
    }

    // Which session it was no record of routine says: all of its kind.
    void follow_sessions(const FollowUp& later) {
        const auto kind = core::from_string<core::SessionClass>(later.record->session_class);
        for (std::size_t i = 0; i < sessions_.size(); ++i) {
            const core::SessionId id{std::to_string(i + 1)};
            auto* session = core::find_session(state_, id);
            if (sessions_[i].kind != kind || session == nullptr) continue;
            if (later.kind == FollowUp::Kind::closed)
                play(core::SessionClosed{id});
            else if (later.kind == FollowUp::Kind::locked)
                play(core::SessionLocked{id, core::Witness::curtain});
            else if (session->lock != core::LockState::locked)
                session->lock = later.kind == FollowUp::Kind::asked ? core::LockState::requested
                                                                    : core::LockState::unconfirmed;
        }
    }

    const CardCase& about_;
    const std::vector<Depended>& sessions_;
    const core::Policy& policy_;
    core::Instant now_;
    core::ReaderName reader_;
    core::SeatName seat_;
    core::CardRole role_ = core::CardRole::presence;
    bool other_ = false;
    std::string_view trigger_;
    core::State state_;
    std::map<core::DeadlineId, core::Instant> deadlines_;
    std::map<core::SessionId, bool> done_;
    Effects effects_;
    bool removed_ = false;
    bool forgiven_ = false;
    bool never_away_ = false;
};

bool was_presence(const Recorded& record) {
    return !record.has("role") || record.text("role") == "presence";
}

// Which effects are missing because their records are.
bool may_lack_effects(const CardCase& about, const Before& before,
                      const std::vector<Depended>& sessions, const core::Policy& policy) {
    if (!about.hole) return false;
    const auto able = std::count_if(sessions.begin(), sessions.end(), [](const Depended& each) {
        return each.lock != core::LockState::requested;
    });
    return before.count < static_cast<std::size_t>(able) ||
           policy.session.card_removal_grace != core::Duration::zero();
}

}  // namespace

std::optional<FollowUp::Kind> follow_up(const CardCase& about, const Recorded& later) {
    using Kind = FollowUp::Kind;
    if (later.type == "card.inserted") return Kind::inserted;
    if (later.type == "card.removed") return Kind::removed;
    if (later.type == "card.other") return Kind::other;
    if (later.type == "card.presence_lost") return Kind::lost;
    const bool effect =
        later.text("trigger") == trigger_of(about.record.type) && later.cause == about.record.seq;
    if (effect && later.type.starts_with("session.")) return Kind::effect;
    if (later.type == "session.lock_requested") return Kind::asked;
    if (later.type == "session.lock_unconfirmed") return Kind::unconfirmed;
    if (later.type == "session.locked") return Kind::locked;
    if (later.type == "session.closed") return Kind::closed;
    return std::nullopt;
}

Answer replay_card(const CardCase& about, Rules& rules) {
    if (about.record.may_be_cut()) return {Untold::cut, {}, {}};
    const auto sessions = read_all_depended(about.record);
    if (!sessions) return {Untold::inputs, {}, {}};
    Before before = recorded_effects(about);
    const core::Policy& policy = rules.policy(before.observed);
    const core::ReaderName reader{about.record.text("reader")};
    if (!was_presence(about.record)) {
        const auto role = policy.role_of(reader, about.record.text("atr"));
        if (role == core::CardRole::presence || !sessions->empty())
            return {Untold::dependence, {}, {}};
        return {};
    }
    if (may_lack_effects(about, before, *sessions, policy)) return {Untold::missing, {}, {}};
    Trial trial(about, *sessions, policy);
    if (const auto untold = trial.run()) return {untold, {}, {}};
    Effects now = trial.effects();
    complete(before.effects, *sessions);
    complete(now, *sessions);
    Answer answer;
    for (const auto& [kind, was] : before.effects) {
        const auto& would_be = now[kind];
        if (was.size() != would_be.size()) return {Untold::missing, {}, {}};
        for (std::size_t i = 0; i < was.size(); ++i)
            // What is harsher lets less through.
            compare(answer, -was[i].harshness, -would_be[i].harshness,
                    was[i].text != would_be[i].text,
                    {std::string(core::to_string(kind)),
                     was[i].text,
                     {},
                     would_be[i].text,
                     trial.rule(kind, would_be[i].text)});
    }
    return answer;
}

}  // namespace vaktpost::replay
