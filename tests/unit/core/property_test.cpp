// SPDX-License-Identifier: GPL-3.0-or-later
// Random orders of events against rules that hold in each of them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "agent/core/decide.h"
#include "agent/core/keyboards.h"
#include "agent/core/surroundings.h"

using namespace vaktpost::core;
using namespace std::chrono_literals;

namespace {

// A small ward: three sessions of two users, two readers, two sticks, and everything that can
// happen to them. Odd seeds play with a grace and block new keyboards or want them proved, every
// third plays with a debounce.
class Ward {
  public:
    explicit Ward(std::uint32_t seed) : random_(seed) {
        if (seed % 2 == 1) policy_.session.card_removal_grace = 3s;
        if (seed % 3 == 0) policy_.reader_rules.push_back({"*", 1s, {"seat0"}});
        if (seed % 5 == 0) policy_.session.bind = BindRule::at_login;
        if (seed % 2 == 0) block_keyboards();
        if (seed % 4 == 1) policy_.usb.new_keyboards = NewKeyboardRule::prove;
        if (seed % 4 == 3) policy_.usb.new_keyboards = NewKeyboardRule::block;
    }

    void step() {
        now_ += std::chrono::milliseconds(pick(4000));
        while (fire_due_deadline()) {
        }
        tell(random_event());
        if (!policy_.usb_rules.empty() && others_() % 8 == 0) tell(time_or_exception());
        if (others_() % 8 == 0) tell(about_input());
    }

  private:
    // While the screen is locked, and from Monday to Wednesday.
    void block_keyboards() {
        UsbRule locked;
        locked.id = {"locked"};
        locked.interface = {{usb_class::hid, std::nullopt, std::nullopt}};
        UsbRule days = locked;
        locked.screen = ScreenState::locked;
        days.id = {"days"};
        for (std::int64_t day = 0; day < 3; ++day)
            days.time.push_back({day * minutes_of_day, minutes_of_day});
        policy_.usb_rules = UsbRules({locked, days});
    }

    std::uint32_t pick(std::uint32_t below) {
        return static_cast<std::uint32_t>(random_() % below);
    }
    SessionId session() { return {std::to_string(2 + pick(3))}; }
    ReaderName reader() { return {pick(2) == 0 ? "A" : "B"}; }
    Witness witness() { return static_cast<Witness>(pick(6)); }
    LockStep lock_step() { return static_cast<LockStep>(pick(6)); }
    Source source() { return all_sources[pick(all_sources.size())]; }

    MountId mount() { return {pick(2) == 0 ? "8:16" : "253:0"}; }

    Medium medium() {
        Medium medium;
        medium.id = {pick(2) == 0 ? "sdb-1" : "sdc-2"};
        medium.device = DeviceId{"1-1"};
        medium.interface = 0;
        medium.seen = now_;
        return medium;
    }

    UsbDevice device() {
        UsbDevice device;
        device.id = {pick(2) == 0 ? "1-1" : "1-2"};
        device.interfaces.push_back(
            {0, {{pick(2) == 0 ? usb_class::mass_storage : usb_class::hid, 1, 1}}, true});
        if (others_() % 4 != 0) device.descriptors = others_() % 2 == 0 ? "aa" : "bb";
        device.seen = now_;
        return device;
    }

    NetworkSeen network() {
        NetworkSeen seen;
        if (pick(3) != 0) seen.uplinks.push_back({"eth0", UplinkKind::cable, "e1000e", {}});
        if (pick(2) == 0) seen.uplinks.push_back({"usb0", UplinkKind::phone, "rndis_host", {}});
        seen.sharing.ipv4 = pick(4) == 0;
        return seen;
    }

    Event random_event() {
        switch (pick(37)) {
            case 0:
                return CardInserted{reader(), pick(2) == 0 ? "3b11" : "3b22"};
            case 1:
                return CardRemoved{reader()};
            case 2:
                return PresenceLost{reader(), pick(2) == 0};
            case 3:
                return ActivitySeen{{"seat0"}, now_, static_cast<ActivityKind>(pick(2))};
            case 4:
                return opened();
            case 5:
                return SessionClosed{session()};
            case 6:
                return SessionLocked{session(), witness()};
            case 7:
                return SessionUnlocked{session(), witness()};
            case 8:
                return LockSignalled{session(), lock_step(), pick(2) == 0};
            case 18:
                return CardIdentified{reader(), {pick(2) == 0 ? "aaaa" : "bbbb"}};
            case 19:
                return InputChanged{{"seat0"}, pick(4) != 0, pick(2) == 0};
            case 20:
                return SessionChanged{session(), pick(2) == 0};
            case 21:
                return WitnessLost{session(), witness()};
            case 22:
                return LockerFailed{session(), "gone"};
            case 23:
                return HoldRequested{session(), "patient"};
            case 24:
                return SleepComing{};
            case 25:
                return SleepOver{};
            case 26:
                return LockChecked{session(), static_cast<LockMeans>(pick(4))};
            case 27:
                return ReaderArrived{reader()};
            case 28:
                return ReaderLeft{reader()};
            case 29:
                return NextPersonAsked{session()};
            case 33:
                return MountSeen{{mount(), {{medium().id, pick(4) == 0}}}};
            case 34:
                return MountGone{mount()};
            case 35:
                return MountJudged{mount(), static_cast<MountVerdict>(pick(3)), pick(2) == 0};
            case 36:
                return MountRefused{mount(), medium().id, "vfat",
                                    static_cast<MountRefusal>(pick(4))};
            case 9:
                return UsbDeviceArrived{device()};
            case 10:
                return UsbDeviceLeft{device().id};
            case 11:
                return UsbSwitched{device().id, pick(4) != 0, "", now_};
            case 12:
                return MediumArrived{medium()};
            case 13:
                return MediumChanged{medium()};
            case 14:
                return MediumLeft{medium().id};
            case 15:
                return MediumExamined{medium().id, {static_cast<Verdict>(pick(4)), {}, {}}};
            case 16:
                return SourceLost{source(), "gone"};
            case 31:
                return network();
            case 32:
                return HostDisksSeen{{{DiskUse::root, pick(2) == 0 ? "vda1" : "vda2"}},
                                     pick(3) == 0};
            default:
                return SourceBack{source(), std::nullopt};
        }
    }

    Event time_or_exception() {
        if (others_() % 2 == 0)
            return TimeTold{std::chrono::hours(24 * (20'780 + others_() % 7)), 1h};
        return ExceptionRequested{{others_() % 2 == 0 ? "1-1" : "1-2"},
                                  std::chrono::minutes(1 + others_() % 60),
                                  "service",
                                  Grantor::root};
    }

    Event about_input() {
        const DeviceId id{others_() % 2 == 0 ? "1-1" : "1-2"};
        if (others_() % 2 == 0) return ProofEnded{id, static_cast<Proof>(others_() % 3)};
        return UsbInterfaceDriven{id, 0, others_() % 2 == 0, others_() % 2 == 0};
    }

    Event opened() {
        const auto id = session();
        SessionInfo info{id, 1000, "nurse", {"seat0"}, SessionClass::graphical, pick(2) == 0};
        if (id.value == "3") info.uid = 1001;
        if (id.value == "3") info.session_class = SessionClass::text;
        if (id.value == "4") info.seat = {};
        if (id.value == "4") info.session_class = SessionClass::remote;
        return SessionOpened{info};
    }

    bool fire_due_deadline() {
        for (const auto& [id, at] : deadlines_) {
            if (at > now_) continue;
            const auto due = id;
            deadlines_.erase(due);
            tell(DeadlineReached{due});
            return true;
        }
        return false;
    }

    void tell(const Event& event) {
        if (const auto* examined = std::get_if<MediumExamined>(&event))
            verdicts_[examined->id] = *examined;
        if (const auto* ended = std::get_if<ProofEnded>(&event)) proofs_.erase(ended->id);
        const auto before = state_;
        for (const auto& action : decide(state_, policy_, event, now_))
            check(before, event, action);
        check_state(event);
    }

    void check(const State& before, const Event& event, const Action& action) {
        if (const auto* set = std::get_if<SetDeadline>(&action)) deadlines_[set->id] = set->at;
        if (const auto* cancel = std::get_if<CancelDeadline>(&action)) deadlines_.erase(cancel->id);
        if (const auto* append = std::get_if<AppendEvent>(&action)) {
            CHECK(append->record.seq == next_seq_++);
            if (append->record.cause) CHECK(*append->record.cause < append->record.seq);
        }
        if (const auto* lock = std::get_if<LockSession>(&action)) check_lock(before, event, *lock);
        CHECK(!std::holds_alternative<EndSession>(action));  // nobody wrote that down
        if (const auto* offer = std::get_if<OfferLogin>(&action)) check_offer(*offer);
        if (const auto* admit = std::get_if<AdmitMedium>(&action))
            CHECK(verdicts_[admit->medium].examination.verdict == Verdict::encrypted);
        if (const auto* prove = std::get_if<ProveKeyboard>(&action)) check_asked(*prove);
        if (const auto* end = std::get_if<EndProof>(&action))
            CHECK(proofs_.erase(end->device) == 1);
    }

    // Whoever is typing a code is not asked for another one.
    void check_asked(const ProveKeyboard& asked) {
        auto& interfaces = proofs_[asked.device];
        CHECK(interfaces != asked.interfaces);
        interfaces = asked.interfaces;
    }

    // One request per cause: a session that is locked, or asked already, is not asked again unless
    // that step has failed. And a session without a seat is nobody's business here.
    void check_lock(const State& before, const Event& event, const LockSession& lock) {
        const auto& id = lock.session;
        CHECK(state_.sessions.contains(id));
        CHECK(id.value != "4");
        const auto& session = state_.sessions[id];
        if (lock.step == LockStep::curtain || lock.step == LockStep::greeter)
            CHECK(session.info.active);  // else it would cover another user's
        const auto known = before.sessions.find(id);
        if (known == before.sessions.end()) return;
        CHECK((known->second.lock != LockState::locked || confirmations_can_end(event)));
        if (known->second.lock == LockState::requested)
            CHECK((std::holds_alternative<DeadlineReached>(event) ||
                   std::holds_alternative<LockSignalled>(event) ||
                   std::holds_alternative<LockerFailed>(event)));
        check_cause(known->second, event);
    }

    // The login screen comes over a locked session, and over nobody who works.
    void check_offer(const OfferLogin& offer) {
        REQUIRE(state_.sessions.contains(offer.session));
        const auto& covered = state_.sessions[offer.session];
        CHECK(!covered.witnesses.empty());
        if (covered.info.active) return;
        for (const auto& [id, session] : state_.sessions)
            CHECK_FALSE((session.info.active && has_screen(session.info) &&
                         session.info.seat == covered.info.seat));
    }

    // A pulled card locks the sessions that depended on it and no other.
    static void check_cause(const Session& before, const Event& event) {
        if (const auto* removed = std::get_if<CardRemoved>(&event))
            CHECK(before.bound.contains(removed->reader));
    }

    static bool confirmations_can_end(const Event& event) {
        return std::holds_alternative<WitnessLost>(event) ||
               std::holds_alternative<SessionChanged>(event) ||
               std::holds_alternative<SessionOpened>(event) ||
               std::holds_alternative<SourceBack>(event);
    }

    // A card that a session depends on is in its reader, or there is a deadline until which it may
    // come back.
    void check_bound(const SessionId& id, const Session& session) {
        for (const auto& [name, card] : session.bound) {
            const auto found = state_.readers.find(name);
            const bool there = found != state_.readers.end() && found->second.card;
            const bool waited_for =
                session.grace_cause && deadlines_.contains({DeadlineKind::card_grace, id.value});
            CHECK((there || waited_for));
            if (there && found->second.flickered)
                CHECK(deadlines_.contains({DeadlineKind::card_debounce, name.value}));
            if (there && found->second.leased)
                CHECK(deadlines_.contains({DeadlineKind::presence_lease, name.value}));
        }
    }

    // Whatever the rules say, what types goes on typing somewhere: of keyboards that have been
    // judged, one works. (What a medium had withdrawn is another matter.)
    void check_keyboards() {
        int judged = 0;
        int working = 0;
        for (const auto& [id, device] : state_.usb)
            for (const auto& interface : device.device.interfaces) {
                const auto found = device.interfaces.find(interface.number);
                if (found == device.interfaces.end() || !interface.keyboard) continue;
                if (found->second.rule == RuleId{"builtin.medium"}) return;
                if (found->second.verdict == InterfaceVerdict::examine) continue;
                ++judged;
                if (found->second.verdict == InterfaceVerdict::allow) ++working;
            }
        CHECK((judged == 0 || working > 0));
    }

    // Nothing new types at a locked screen: not by what else it is, nor by coming back.
    void check_newness() {
        const auto around = surroundings(state_, now_);
        if (!around.known || around.screen == ScreenState::open) return;
        for (const auto& [id, device] : state_.usb)
            for (const auto& interface : device.device.interfaces) {
                const auto found = device.interfaces.find(interface.number);
                if (found == device.interfaces.end() || !can_type(interface)) continue;
                const auto& [verdict, rule, observed, audited, hardware] = found->second;
                const bool works =
                    verdict != InterfaceVerdict::block && verdict != InterfaceVerdict::quarantine;
                const bool excepted = rule.value.starts_with("exception.");
                if (works && rule != RuleId{"builtin.only_keyboard"} && !excepted)
                    CHECK(is_known(state_, device.device, interface));
            }
    }

    // Somebody listens alone to what is typed there: only as long as no session is to hear of it.
    void check_proofs() {
        for (const auto& [id, interfaces] : proofs_) {
            REQUIRE(state_.usb.contains(id));
            CHECK_FALSE(to_be_proved(state_.usb[id]).empty());
        }
    }

    // Never open with presence lost: who depended on a card that is gone has been asked to lock.
    void check_state(const Event& event) {
        check_keyboards();
        check_newness();
        check_proofs();
        for (const auto& [id, session] : state_.sessions) {
            check_bound(id, session);
            if (session.lock == LockState::requested)
                CHECK(deadlines_.contains({DeadlineKind::lock_confirm, id.value}));
        }
        for (const auto& [id, mount] : state_.mounts) {
            const bool waits = mount.asked && !mount.judged;
            CHECK(deadlines_.contains({DeadlineKind::mount_judge, id.value}) == waits);
        }
        if (state_.sleep_asked) CHECK(deadlines_.contains({DeadlineKind::sleep, {}}));
        const auto& seat = state_.seats[{"seat0"}];
        if (seat.phase == IdlePhase::waiting)
            CHECK(deadlines_.contains({DeadlineKind::idle, "seat0"}));
        if (seat.phase == IdlePhase::warning)
            CHECK(deadlines_.contains({DeadlineKind::idle_lock, "seat0"}));
        const bool someone_open =
            std::any_of(state_.sessions.begin(), state_.sessions.end(), [](const auto& entry) {
                return entry.second.info.seat == SeatName{"seat0"} &&
                       entry.second.lock == LockState::unlocked;
            });
        INFO("after event " << event.index());
        if (someone_open) CHECK(seat.phase != IdlePhase::off);
    }

    std::mt19937 random_;
    std::mt19937 others_{1};  // of its own, so that it does not change what else happens
    State state_;
    Policy policy_;
    Instant now_;
    Seq next_seq_ = 1;
    std::map<DeadlineId, Instant> deadlines_;
    std::map<MediumId, MediumExamined> verdicts_;
    std::map<DeviceId, std::vector<std::uint8_t>> proofs_;  // under way
};

}  // namespace

TEST_CASE(
    "in any order of events nobody stays open without the card, is asked twice, or is locked for "
    "another") {
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        Ward ward(seed);
        for (int i = 0; i < 1500; ++i) ward.step();
    }
}
