// SPDX-License-Identifier: GPL-3.0-or-later
// One decision each, and another policy: exactly the difference.
#include <catch2/catch.hpp>

#include "tests/unit/replay/world.h"

using namespace vaktpost;
using namespace vaktpost::core;
using namespace std::chrono_literals;
using replay::Direction;
using replay::Untold;

namespace {

void log_in(test::World& world) {
    world.tell_time();
    world.tell(SourceBack{Source::sessions, std::nullopt});
    world.tell(SessionOpened{
        {{"2"}, 1000, "nurse", {"seat0"}, SessionClass::graphical, true, {"surgery"}}});
}

UsbDevice stick() {
    UsbDevice device;
    device.id = {"1-2"};
    device.vendor = 0x0781;
    device.product = 0x5581;
    device.serial_tag = {"aa"};
    device.interfaces = {{0, {{8, 6, 0x50}}, false}};
    return device;
}

void plug(test::World& world, UsbDevice device) {
    device.seen = world.now();
    const auto id = device.id;
    world.tell(UsbDeviceArrived{std::move(device)});
    world.tell(UsbSwitched{id, true, "", world.now()});
}

std::vector<std::string> log_with_stick(const Policy& policy = {}) {
    test::World world(policy);
    log_in(world);
    plug(world, stick());
    return world.log();
}

std::vector<std::string> log_with_plain_medium() {
    test::World world({});
    log_in(world);
    plug(world, stick());
    Medium medium;
    medium.id = {"sdb-7"};
    medium.device = DeviceId{"1-2"};
    medium.interface = 0;
    medium.seen = world.now();
    world.tell(MediumArrived{medium});
    world.tell(MediumExamined{medium.id, {Verdict::plain, {}, "vfat"}});
    return world.log();
}

// The card is pulled, and put back after that time.
std::vector<std::string> log_with_card(Duration away, const Policy& policy = {}) {
    test::World world(policy);
    world.tell(CardInserted{{"A"}, "3b11"});
    log_in(world);
    world.tell(CardRemoved{{"A"}});
    world.wait(away);
    world.tell(CardInserted{{"A"}, "3b11"});
    world.wait(1min);
    return world.log();
}

Policy with_rule(UsbRule rule, UsbRuleAction action = UsbRuleAction::block) {
    Policy policy;
    rule.id = {"mine"};
    rule.action = action;
    policy.usb_rules.push_back(std::move(rule));
    return policy;
}

std::string only_change(const test::Replayed& result) {
    REQUIRE(result.differences.size() == 1);
    REQUIRE(result.differences[0].answer.changes.size() == 1);
    const auto& change = result.differences[0].answer.changes[0];
    return change.was + " " + change.was_rule + " -> " + change.would_be + " " + change.rule;
}

Direction only_direction(const test::Replayed& result) {
    REQUIRE(result.differences.size() == 1);
    return result.differences[0].answer.direction;
}

}  // namespace

TEST_CASE("a device that a new rule blocks differs, and that is tighter") {
    UsbRule rule;
    rule.vendor = 0x0781;
    const auto result = test::replayed(log_with_stick(), with_rule(rule));
    CHECK(only_change(result) == "examine builtin.storage -> block mine");
    CHECK(only_direction(result) == Direction::tighter);
}

TEST_CASE("a device that a rule no longer blocks differs, and that is looser") {
    UsbRule rule;
    rule.vendor = 0x0781;
    const auto result = test::replayed(log_with_stick(with_rule(rule)), {});
    CHECK(only_change(result) == "block mine -> examine builtin.storage");
    CHECK(only_direction(result) == Direction::looser);
}

TEST_CASE("a policy that would only observe what was blocked is looser") {
    UsbRule rule;
    rule.vendor = 0x0781;
    const auto policy = with_rule(rule);
    auto observing = policy;
    observing.usb.mode = Mode::observe;
    CHECK(only_direction(test::replayed(log_with_stick(policy), observing)) == Direction::looser);
    CHECK(test::replayed(log_with_stick(observing), policy).differences.empty());
}

TEST_CASE("rules by screen and by time are held against how it was then") {
    UsbRule locked;
    locked.screen = ScreenState::locked;
    CHECK(test::replayed(log_with_stick(), with_rule(locked)).differences.empty());
    UsbRule open;
    open.screen = ScreenState::open;
    CHECK(test::replayed(log_with_stick(), with_rule(open)).differences.size() == 1);
    UsbRule monday_at_eight;  // local time; it is 07:01 in UTC
    monday_at_eight.time = {{8 * 60, 30}};
    CHECK(test::replayed(log_with_stick(), with_rule(monday_at_eight)).differences.size() == 1);
    UsbRule monday_at_seven;
    monday_at_seven.time = {{7 * 60, 30}};
    CHECK(test::replayed(log_with_stick(), with_rule(monday_at_seven)).differences.empty());
}

TEST_CASE("what a rule by account, group or serial number would do cannot be told") {
    UsbRule account;
    account.user = {"doctor"};
    UsbRule group;
    group.group = {"surgery"};
    for (const auto& rule : {account, group}) {
        const auto result = test::replayed(log_with_stick(), with_rule(rule));
        CHECK(result.tally.untold.at(Untold::account) == 1);
        CHECK(result.differences.empty());
    }
    UsbRule serial;
    serial.serial = "AB12";
    serial.by_serial = true;
    CHECK(test::replayed(log_with_stick(), with_rule(serial)).tally.untold.at(Untold::serial) == 1);
    serial.serial_tag = {"aa"};
    CHECK(test::replayed(log_with_stick(), with_rule(serial)).differences.size() == 1);
}

TEST_CASE("a rule by account about something else is no doubt") {
    UsbRule rule;
    rule.user = {"doctor"};
    rule.vendor = 0x1234;
    const auto result = test::replayed(log_with_stick(), with_rule(rule));
    CHECK(result.tally.untold.empty());
    CHECK(result.tally.told.at(Direction::same) == 1);
}

TEST_CASE("a device that an operator had let in cannot be told") {
    UsbRule rule;
    rule.vendor = 0x0781;
    test::World world(with_rule(rule));
    log_in(world);
    plug(world, stick());
    world.tell(ExceptionRequested{{"1-2"}, 1h, "service", Grantor::root});
    world.tell(UsbSwitched{{"1-2"}, true, "", world.now()});
    const auto result = test::replayed(world.log(), {});
    CHECK(result.tally.untold.at(Untold::exception) == 1);
    CHECK(result.differences.size() == 1);  // the block before
}

TEST_CASE("a medium is judged by the other policy behind its device as that would be") {
    Policy reading;
    reading.media.unencrypted = PlainMediaRule::read_only;
    const auto looser = test::replayed(log_with_plain_medium(), reading);
    CHECK(only_change(looser) == "block media.unencrypted -> read_only media.unencrypted");
    CHECK(only_direction(looser) == Direction::looser);

    UsbRule rule;
    rule.vendor = 0x0781;
    rule.hardware_encrypted = true;
    const auto trusted =
        test::replayed(log_with_plain_medium(), with_rule(rule, UsbRuleAction::allow));
    REQUIRE(trusted.differences.size() == 2);
    CHECK(trusted.differences[1].answer.changes[0].would_be == "admit");
    CHECK(trusted.differences[1].answer.changes[0].rule == "mine");
}

TEST_CASE("a medium whose device is not recorded cannot be told") {
    auto log = log_with_plain_medium();
    std::erase_if(log, [](const auto& line) { return line.find("\"usb.") != std::string::npos; });
    CHECK(test::replayed(log, {}).tally.untold.at(Untold::device) == 1);
}

TEST_CASE("a card that is back within the grace of the other policy would not have locked") {
    Policy grace;
    grace.session.card_removal_grace = 5s;
    const auto looser = test::replayed(log_with_card(3s), grace);
    CHECK(only_change(looser) == "lock  -> nothing session.card_removal_grace");
    CHECK(only_direction(looser) == Direction::looser);
    CHECK(test::replayed(log_with_card(10s), grace).differences.empty());
    const auto tighter = test::replayed(log_with_card(3s, grace), {});
    CHECK(only_change(tighter) == "nothing  -> lock session.on_card_removal");
}

TEST_CASE("a card that is back within the debounce of the other policy was never away") {
    Policy policy;
    policy.reader_rules = {{"*", 5s, {"seat0"}}};
    CHECK(only_change(test::replayed(log_with_card(3s), policy)) == "lock  -> nothing card.reader");
}

TEST_CASE("warning, ignoring and ending instead of a lock are told apart") {
    Policy policy;
    policy.session.on_card_removal = PresenceRule::warn;
    CHECK(only_change(test::replayed(log_with_card(3s), policy)) ==
          "lock  -> warn:policy session.on_card_removal");
    policy.session.on_card_removal = PresenceRule::end;
    CHECK(only_direction(test::replayed(log_with_card(3s), policy)) == Direction::tighter);
    policy.session.on_card_removal = PresenceRule::lock;
    policy.card_rules = {{{"sign"}, "*", "3b11", CardRole::signing}};
    CHECK(only_change(test::replayed(log_with_card(3s), policy)) == "lock  -> nothing card.rule");
}

TEST_CASE("a grace that the records do not see the end of cannot be told") {
    test::World world({});
    world.tell(CardInserted{{"A"}, "3b11"});
    log_in(world);
    world.tell(CardRemoved{{"A"}});
    Policy grace;
    grace.session.card_removal_grace = 5s;
    CHECK(test::replayed(world.log(), grace).tally.untold.at(Untold::ended) == 1);
}

TEST_CASE("a lock whose record is not there is not taken for none") {
    auto log = log_with_card(3s);
    std::erase_if(log, [](const auto& line) {
        return line.find("session.lock_requested") != std::string::npos;
    });
    CHECK(test::replayed(log, {}).tally.untold.at(Untold::missing) == 1);
}

TEST_CASE("what an older agent wrote is counted and not guessed") {
    const std::string head =
        R"({"code":"0001","time":"2026-03-01T08:15:30.250Z","boot_us":1,"epoch":1,"seq":)";
    const std::vector<std::string> log{
        head + R"(1,"type":"usb.blocked","data":{"device":"1-2","vendor":"0781","product":"5581",)"
               R"("blocked":["0=08:06:50"],"rules":["0=mine"]}})",
        head + R"(2,"type":"media.blocked","data":{"medium":"sdb-1","verdict":"plain"}})",
        head + R"(3,"type":"card.removed","data":{"reader":"A","role":"presence"}})"};
    const auto result = test::replayed(log, {});
    CHECK(result.tally.untold.at(Untold::inputs) == 3);
    CHECK(result.tally.damaged == 0);
}

TEST_CASE("broken lines are counted, the centre's notes are passed over") {
    const auto result =
        test::replayed({"", "{", "[]", R"({"type":"usb.blocked"})",
                        R"({"type":"usb.blocked","epoch":-1,"seq":1,"boot_us":1,"time":"x"})",
                        R"({"head":{"host":"h","epoch":1,"seq":2,"digest":"00"}})"},
                       {});
    CHECK(result.tally.damaged == 5);
    CHECK(result.tally.records == 0);
}

TEST_CASE("a hostile record is judged or counted, and harms nobody") {
    const std::string head =
        R"({"code":"0001","time":"2026-03-01T08:15:30.250Z","boot_us":3200000000000000,"epoch":1,)"
        R"("seq":9223372036854775807,"type":"usb.allowed","data":{"device":"\u001b[2J",)"
        R"("vendor":"0781","product":"5581","screen":"open","front":"login",)";
    for (const std::string rest :
         {R"("allowed":["0=08:06:50","0=03:01:01","255="],"rules":["0=x","7=y","z"]}})",
          R"("allowed":["256=08:06:50"]}})", R"("allowed":["0=08:06"]}})", R"("allowed":[7]}})",
          R"("allowed":7,"utc_offset_min":9223372036854775807,"done_us":-1}})",
          R"("proof":"busy","other_keyboard":true,"allowed":["0=03:01:01"]}})"}) {
        INFO(rest);
        const auto result = test::replayed({head + rest}, {});
        CHECK(result.tally.records == 1);
        CHECK(result.tally.decisions() == 1);
    }
}

TEST_CASE("what a difference calls a system disk is no text of its record's") {
    const std::string record =
        R"({"code":"0001","time":"2026-03-01T08:15:30.250Z","boot_us":1,"epoch":1,"seq":1,)"
        R"("type":"media.blocked","rule":"builtin.system_disk",)"
        R"("data":{"medium":"sda-1","verdict":"\u001b[2J"}})";
    const auto result = test::replayed({record}, {});
    REQUIRE(result.differences.size() == 1);
    CHECK(result.differences[0].answer.changes[0].what.empty());
}

TEST_CASE("cards that come and go faster than anybody can are all judged or counted") {
    std::vector<std::string> log;
    for (int seq = 1; seq <= 3000; ++seq)
        log.push_back(
            R"({"code":"0001","time":"2026-03-01T08:15:30.250Z","boot_us":1,"epoch":1,"seq":)" +
            std::to_string(seq) +
            R"(,"type":"card.removed","data":{"reader":"A","depended":["graphical:unlocked"],)"
            R"("unlock_with":["keyboard"]}})");
    const auto result = test::replayed(log, {});
    CHECK(result.tally.decisions() == 3000);
    // Of the newest alone it is known that no lock followed.
    CHECK(result.tally.untold.at(Untold::missing) > 2900);
}
