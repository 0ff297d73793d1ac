// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever happened on a workstation: by the policy that it was decided by, nothing differs.
#include <catch2/catch.hpp>
#include <random>

#include "tests/unit/replay/world.h"

using namespace vaktpost;
using namespace vaktpost::core;
using namespace std::chrono_literals;

namespace {

class Chance {
  public:
    explicit Chance(std::uint32_t seed) : random_(seed) {}
    std::uint32_t below(std::uint32_t limit) {
        return static_cast<std::uint32_t>(random_() % limit);
    }
    bool one_in(std::uint32_t count) { return below(count) == 0; }
    template <class Value>
    Value of(std::initializer_list<Value> values) {
        return values.begin()[below(static_cast<std::uint32_t>(values.size()))];
    }

  private:
    std::mt19937 random_;
};

UsbClass some_class(Chance& chance) {
    return chance.of<UsbClass>(
        {{3, 1, 1}, {3, 0, 0}, {8, 6, 0x50}, {6, 1, 1}, {9, 0, 0}, {0xff, 0, 0}, {0x0b, 0, 0}});
}

std::string some_descriptors(Chance& chance) {
    return std::string(64, chance.of({'a', 'b', 'c'}));
}

UsbRule some_rule(Chance& chance, std::uint32_t number) {
    UsbRule rule;
    rule.id = {"rule-" + std::to_string(number)};
    rule.action = static_cast<UsbRuleAction>(chance.below(4));
    if (chance.one_in(2)) rule.interface = {{some_class(chance).base, std::nullopt, std::nullopt}};
    if (chance.one_in(4)) rule.vendor = static_cast<std::uint16_t>(chance.below(3));
    if (chance.one_in(5)) rule.serial_tag = {chance.of<std::string>({"aa", "bb"})};
    rule.by_serial = !rule.serial_tag.empty();
    if (chance.one_in(6)) rule.descriptors = some_descriptors(chance);
    if (chance.one_in(4)) rule.port = {chance.of<std::string>({"1-1", "1-*", "2-1"})};
    if (chance.one_in(4))
        rule.connect_type = {chance.of({ConnectType::hotplug, ConnectType::hardwired})};
    if (chance.one_in(4)) rule.screen = chance.of({ScreenState::open, ScreenState::locked});
    if (chance.one_in(4)) rule.time = {{8 * 60, static_cast<std::int64_t>(1 + chance.below(90))}};
    if (chance.one_in(5))
        rule.device_one_of = {{some_class(chance).base, std::nullopt, std::nullopt}};
    if (chance.one_in(8)) rule.user = {"nurse"};
    rule.hardware_encrypted = chance.one_in(3);
    return rule;
}

Policy some_policy(Chance& chance) {
    Policy policy;
    for (std::uint32_t i = chance.below(6); i > 0; --i)
        policy.usb_rules.push_back(some_rule(chance, i));
    policy.usb.fallback = chance.of({UsbDefault::allow, UsbDefault::block});
    policy.usb.phones = chance.of({PhoneRule::allow, PhoneRule::block});
    policy.usb.new_keyboards =
        chance.of({NewKeyboardRule::allow, NewKeyboardRule::prove, NewKeyboardRule::block});
    policy.media.unencrypted = static_cast<PlainMediaRule>(chance.below(3));
    policy.media.unknown = static_cast<UnknownMediaRule>(chance.below(2));
    policy.media.require = static_cast<MediaRequirement>(chance.below(2));
    if (chance.one_in(3)) policy.media.retired = {"s-1"};
    if (chance.one_in(4)) policy.retired_tags = {{"aa"}};
    policy.session.on_card_removal = static_cast<PresenceRule>(chance.below(4));
    policy.session.on_presence_lost = static_cast<PresenceRule>(chance.below(4));
    policy.session.on_other_card = static_cast<PresenceRule>(chance.below(4));
    if (chance.one_in(2)) policy.session.card_removal_grace = 5s;
    if (chance.one_in(3)) policy.reader_rules = {{"*", 1s, {"seat0"}}};
    if (chance.one_in(3)) policy.card_rules = {{{"sign"}, "*", "3b22", CardRole::signing}};
    policy.remote.on_card_removal = static_cast<RemoteRule>(chance.below(3));
    policy.session.unlock_needs = static_cast<UnlockNeed>(chance.below(4));
    if (chance.one_in(6)) policy.session.mode = Mode::observe;
    if (chance.one_in(6)) policy.media.mode = Mode::observe;
    if (chance.one_in(6)) policy.usb.mode = Mode::observe;
    return policy;
}

// A working day in which everything happens at once.
class Day {
  public:
    Day(Chance& chance, Policy policy) : chance_(chance), world_(std::move(policy)) {
        InputsRemembered known;
        known.inputs.push_back({{"1-1"}, std::string(64, 'a'), InputKind::keyboard, 0, 0});
        known.inputs.push_back({{"1-2"}, std::string(64, 'b'), InputKind::other, 0, 0});
        world_.tell(known);
        world_.tell_time();
        world_.tell(InputChanged{{"seat0"}, !chance_.one_in(4), chance_.one_in(3), false});
        if (!chance_.one_in(5)) world_.tell(SourceBack{Source::sessions, std::nullopt});
        world_.tell(SourceBack{Source::card, std::nullopt});
    }

    void step() {
        world_.wait(std::chrono::milliseconds(chance_.below(4000)));
        switch (chance_.below(16)) {
            case 0:
            case 1:
                return plug();
            case 2:
                return world_.tell(UsbDeviceLeft{port()});
            case 3:
                return world_.tell(UsbInterfaceDriven{port(),
                                                      static_cast<std::uint8_t>(chance_.below(2)),
                                                      chance_.one_in(3), chance_.one_in(2)});
            case 4:
                return world_.tell(ProofEnded{port(), static_cast<Proof>(chance_.below(3))});
            case 5:
            case 6:
                return look_at_medium();
            case 7:
            case 8:
            case 9:
                return move_card();
            case 10:
                return world_.tell(PresenceLost{reader(), true});
            case 11:
                return bring_to_front();
            case 12:
                return world_.tell(SessionLocked{session(), Witness::curtain});
            case 13:
                return world_.tell(SessionUnlocked{session(), Witness::curtain});
            case 14:
                return world_.tell(CardIdentified{reader(), {chance_.of<std::string>({"x", "y"})}});
            default:
                return seldom();
        }
    }

    [[nodiscard]] const std::vector<std::string>& log() const { return world_.log(); }

  private:
    DeviceId port() { return {chance_.of<std::string>({"1-1", "1-2", "2-1"})}; }
    ReaderName reader() { return {chance_.of<std::string>({"A", "B"})}; }
    SessionId session() { return {chance_.of<std::string>({"2", "3", "4"})}; }

    UsbInterface some_interface(std::uint8_t number) {
        UsbInterface interface;
        interface.number = number;
        interface.alternates = {some_class(chance_)};
        if (chance_.one_in(3)) interface.alternates.push_back(some_class(chance_));
        interface.keyboard = interface.alternates[0] == UsbClass{3, 1, 1};
        interface.types = chance_.one_in(6);
        interface.mtp = chance_.one_in(8);
        interface.driven = chance_.one_in(3);
        return interface;
    }

    void plug() {
        UsbDevice device;
        device.id = port();
        if (world_.state().usb.contains(device.id)) world_.tell(UsbDeviceLeft{device.id});
        device.vendor = static_cast<std::uint16_t>(chance_.below(3));
        device.product = static_cast<std::uint16_t>(chance_.below(3));
        if (chance_.one_in(2)) device.serial_tag = {chance_.of<std::string>({"aa", "bb"})};
        if (!chance_.one_in(5)) device.descriptors = some_descriptors(chance_);
        device.connect_type = static_cast<ConnectType>(chance_.below(4));
        for (std::uint8_t i = 0; i < 1 + chance_.below(2); ++i)
            device.interfaces.push_back(some_interface(i));
        device.holds_system_disk = chance_.one_in(12);
        device.seen = world_.now();
        world_.tell(UsbDeviceArrived{device});
        if (chance_.one_in(3)) world_.wait(std::chrono::milliseconds(chance_.below(300)));
        switched(device.id);
    }

    void switched(const DeviceId& id) {
        world_.tell(UsbSwitched{id, !chance_.one_in(10), "", world_.now()});
    }

    Token some_token() {
        Token token;
        token.state = static_cast<TokenState>(chance_.below(4));
        if (token.state != TokenState::valid) return token;
        token.unit = "ward";
        token.serial = chance_.of<std::string>({"s-1", "s-2"});
        token.issued = chance_.one_in(5) ? WallTime(4'000'000'000'000) : WallTime(0);
        token.expires = chance_.one_in(4) ? WallTime(1) : WallTime(4'100'000'000'000);
        return token;
    }

    void look_at_medium() {
        Medium medium;
        medium.id = {chance_.of<std::string>({"sdb-1", "sdc-2"})};
        if (!chance_.one_in(5)) {
            medium.device = port();
            medium.interface = 0;
            medium.slot = chance_.one_in(4);
        }
        medium.system = chance_.one_in(12);
        medium.seen = world_.now();
        if (chance_.one_in(3)) world_.tell(MediumLeft{medium.id});
        world_.tell(MediumArrived{medium});
        if (medium.system) return;  // nobody examines it
        Examination found{static_cast<Verdict>(chance_.below(4)), {}, "words"};
        if (chance_.one_in(2)) found.identity = {chance_.of<std::string>({"aa", "cc"})};
        if (chance_.one_in(4)) found.volumes = {{"aa"}, {"dd"}};
        found.token = some_token();
        world_.tell(MediumExamined{medium.id, found});
        if (medium.device) switched(*medium.device);
    }

    void bring_to_front() {
        const auto front = session();
        for (const auto* id : {"2", "3"})
            if (world_.state().sessions.contains({id}) && front.value != id)
                world_.tell(SessionChanged{{id}, false});
        SessionInfo info{front, 1000, "nurse", {"seat0"}, SessionClass::graphical, true};
        if (front.value == "3") info.session_class = SessionClass::text;
        if (front.value == "4") {
            info.session_class = SessionClass::remote;
            info.seat = {};
        }
        world_.tell(SessionOpened{info});
    }

    void move_card() {
        const auto name = reader();
        const auto found = world_.state().readers.find(name);
        const bool there =
            found != world_.state().readers.end() && found->second.card && !found->second.flickered;
        if (there) return world_.tell(CardRemoved{name});
        world_.tell(CardInserted{name, chance_.of<std::string>({"3b11", "3b22"})});
    }

    void seldom() {
        switch (chance_.below(6)) {
            case 0:
                return world_.tell(SessionClosed{session()});
            case 1:
                return world_.tell(SourceLost{Source::sessions, "gone"});
            case 2:
                return world_.tell(SourceBack{Source::sessions, std::nullopt});
            case 3:
                return world_.tell(ExceptionRequested{port(), 1min, "service", Grantor::root});
            case 4:
                return world_.tell(SleepComing{});
            default:
                return world_.tell(SleepOver{});
        }
    }

    Chance& chance_;
    test::World world_;
};

std::string text_of(const replay::Difference& difference) {
    std::string text = difference.record.type + " " + std::to_string(difference.record.seq);
    for (const auto& change : difference.answer.changes)
        text += "; " + change.what + " " + change.was + " by " + change.was_rule + " -> " +
                change.would_be + " by " + change.rule;
    return text;
}

// Types and data of the records beside that one.
std::string around(const std::vector<std::string>& log, Seq seq) {
    std::string text;
    for (std::size_t i = seq > 4 ? seq - 4 : 0; i < std::min<std::size_t>(seq + 8, log.size()); ++i)
        text += log[i].substr(0, 40) + log[i].substr(log[i].find("\"data\"")) + "\n";
    return text;
}

}  // namespace

TEST_CASE("by the policy that it was decided by, nothing differs, whatever happened") {
    std::uint64_t told = 0;
    std::uint64_t all = 0;
    for (std::uint32_t seed = 1; seed <= 150; ++seed) {
        Chance chance(seed);
        const Policy policy = some_policy(chance);
        Day day(chance, policy);
        for (int i = 0; i < 400; ++i) day.step();
        const auto result = test::replayed(day.log(), policy);
        INFO("seed " << seed);
        for (const auto& each : result.differences) {
            INFO(text_of(each));
            INFO(around(day.log(), each.record.seq));
            CHECK(each.answer.direction == replay::Direction::same);
        }
        CHECK(result.tally.damaged == 0);
        CHECK_FALSE(result.tally.untold.contains(replay::Untold::inputs));
        all += result.tally.decisions();
        for (const auto& [direction, count] : result.tally.told) told += count;
    }
    CHECK(all > 5'000);
    CHECK(told > all / 2);
}
