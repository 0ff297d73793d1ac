// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/unit/config/first_problem.h"

using namespace vaktpost;
using namespace vaktpost::config;

namespace {

std::string rule_problem(const std::string& keys) {
    return policy_problem("format = 1\n[[usb.rule]]\n" + keys);
}

}  // namespace

TEST_CASE("usb rules keep their order and everything they name") {
    const auto policy = parse_policy(R"(format = 1
[[usb.rule]]
id = "phones-no-data"
interface = ["06:*:*", "FF:42:01"]
action = "block"
[[usb.rule]]
id = "scanner-2"
vendor = "04B8"
product = "013a"
action = "allow"
)",
                                     "f");
    REQUIRE(policy);
    REQUIRE(policy->usb_rules.size() == 2);
    const core::UsbRule& phones = policy->usb_rules[0];
    CHECK(phones.id.value == "phones-no-data");
    CHECK(phones.action == core::UsbRuleAction::block);
    REQUIRE(phones.interface.size() == 2);
    CHECK(phones.interface[0].matches({0x06, 0x01, 0x01}));
    CHECK_FALSE(phones.interface[0].matches({0x08, 0x06, 0x50}));
    CHECK(phones.interface[1].matches({0xff, 0x42, 0x01}));
    const core::UsbRule& scanner = policy->usb_rules[1];
    CHECK(scanner.interface.empty());
    CHECK(scanner.vendor == 0x04b8);
    CHECK(scanner.product == 0x013a);
    CHECK(scanner.action == core::UsbRuleAction::allow);
}

TEST_CASE("a usb rule must have an id and an action") {
    CHECK(rule_problem("action = \"block\"\n") == "2:1: this [[usb.rule]] has no id");
    CHECK(rule_problem("id = \"a\"\n") == "2:1: this [[usb.rule]] has no action");
}

TEST_CASE("two usb rules never share an id") {
    CHECK(rule_problem("id = \"a\"\nvendor = \"046d\"\naction = \"block\"\n[[usb.rule]]\nid = "
                       "\"a\"\naction = \"allow\"\n") ==
          "7:6: another [[usb.rule]] has the id \"a\" already");
}

TEST_CASE("a usb rule's id holds nothing that could be mistaken in an event") {
    const std::string id = GENERATE(as<std::string>{}, "", "A", "a b", "builtin.card_reader", "a_b",
                                    "\\u00e6", std::string(65, 'a'));
    CAPTURE(id);
    CHECK_THAT(rule_problem("id = \"" + id + "\"\naction = \"block\"\n"),
               Catch::StartsWith("3:6: usb.rule.id must be 1 to 64 of a-z, 0-9 and \"-\", not \""));
}

TEST_CASE("an interface pattern is three parts of two hex digits or a star") {
    const std::string pattern =
        GENERATE("", "06", "06:*", "6:*:*", "06:*:*:*", "0x6:*:*", "06:**:*",
                 "06:*:", "::", "06 :*:*", "gg:*:*", "-1:*:*", "*");
    CAPTURE(pattern);
    CHECK(rule_problem("id = \"a\"\naction = \"block\"\ninterface = [\"03:*:*\", \"" + pattern +
                       "\"]\n") ==
          "5:24: an item of usb.rule.interface must be \"CC:SS:PP\", each part two hex digits or "
          "\"*\", such as "
          "\"03:01:*\", not \"" +
              pattern + "\"");
}

TEST_CASE("an interface list is a list of texts that names something") {
    CHECK(rule_problem("id = \"a\"\naction = \"block\"\ninterface = \"06:*:*\"\n") ==
          "5:13: usb.rule.interface must be a list of at most 32 texts \"CC:SS:PP\", each part two "
          "hex digits "
          "or \"*\", not "
          "\"06:*:*\"");
    CHECK(rule_problem("id = \"a\"\naction = \"block\"\ninterface = [6]\n") ==
          "5:14: an item of usb.rule.interface must be a text, not 6");
    CHECK(rule_problem("id = \"a\"\naction = \"block\"\ninterface = []\n") ==
          "5:13: usb.rule.interface is empty; leave it out to meet every interface");
}

TEST_CASE("vendor and product are four hex digits in quotes") {
    CHECK(rule_problem("id = \"a\"\naction = \"block\"\nvendor = 1133\n") ==
          "5:10: usb.rule.vendor must be four hex digits in quotes, not 1133");
    CHECK(rule_problem("id = \"a\"\naction = \"block\"\nvendor = \"0x046d\"\n") ==
          "5:10: usb.rule.vendor must be four hex digits in quotes, not \"0x046d\"");
    CHECK(rule_problem("id = \"a\"\naction = \"block\"\nproduct = \"c31c\"\n") ==
          "5:11: usb.rule.product says nothing without vendor");
}

TEST_CASE("a key after a usb rule that was meant for its section is sent there") {
    CHECK(rule_problem("id = \"a\"\naction = \"block\"\ndefault = \"block\"\n") ==
          "5:1: unknown key \"default\" in [[usb.rule]]; \"default\" belongs in [usb]");
    CHECK(rule_problem("id = \"a\"\nacton = \"block\"\n") ==
          "2:1: this [[usb.rule]] has no action");
    CHECK(rule_problem("id = \"a\"\naction = \"block\"\nvendro = \"046d\"\n") ==
          "5:1: unknown key \"vendro\" in [[usb.rule]]; did you mean \"vendor\"?");
}

TEST_CASE("a usb rule is a list of tables") {
    const std::string message = "usb.rule is a list of tables, each written [[usb.rule]]";
    CHECK(policy_problem("format = 1\n[usb.rule]\nid = \"a\"\n") == "2:1: " + message);
    CHECK(policy_problem("format = 1\n[usb]\nrule = [1]\n") == "3:8: " + message);
    CHECK(policy_problem("format = 1\nusb.rule = [{id = \"a\", action = \"allow\"}]\n").empty());
}

TEST_CASE("a policy with too many usb rules is refused") {
    std::string text = "format = 1\n";
    for (int i = 0; i <= 20000; ++i)
        text += "[[usb.rule]]\nid = \"r" + std::to_string(i) +
                "\"\nvendor = \"046d\"\naction = \"block\"\n";
    CHECK(policy_problem(text) == "80002:1: more than 20000 [[usb.rule]]");
}

namespace {

core::UsbRule rule_of(const std::string& keys) {
    const auto policy =
        parse_policy("format = 1\n[[usb.rule]]\nid = \"a\"\naction = \"allow\"\n" + keys, "f");
    REQUIRE(policy);
    return policy->usb_rules[0];
}

// Of line 5, the first behind id and action.
std::string key_problem(const std::string& keys, const std::string& action = "allow") {
    return rule_problem("id = \"a\"\naction = \"" + action + "\"\n" + keys);
}

}  // namespace

TEST_CASE("a usb rule names the device as a whole") {
    const auto rule =
        rule_of("device_all_of = [\"02:*:*\", \"08:*:*\"]\ndevice_one_of = [\"0e:*:*\"]\n");
    CHECK(rule.device_all_of.size() == 2);
    CHECK(rule.device_one_of.size() == 1);
    // The same kind twice is two interfaces.
    CHECK(rule_of("device_equals = [\"01:*:*\", \"01:*:*\"]\n").device_equals.size() == 2);
    CHECK(key_problem("device_all_of = [\"01:*:*\", \"01:*:*\"]\n") ==
          "5:28: \"01:*:*\" stands twice in usb.rule.device_all_of");
    CHECK(key_problem("device_one_of = [\"01:*:*\"]\ndevice_equals = [\"01:*:*\"]\n") ==
          "5:17: usb.rule.device_one_of cannot stand beside device_equals, which says it already");
}

TEST_CASE("a usb rule names one device by its serial number, the number's tag or its descriptors") {
    const std::string model = "vendor = \"0a5f\"\nproduct = \"00d3\"\n";
    const auto plain = rule_of(model + "serial = \"AB 12/x\"\n");
    CHECK(plain.by_serial);
    CHECK(plain.serial == "AB 12/x");
    CHECK(plain.serial_tag.empty());
    CHECK(rule_of(model + "serial_tag = \"0123456789abcdef\"\n").serial_tag.value ==
          "0123456789abcdef");
    CHECK(rule_of("descriptors = \"" + std::string(64, 'a') + "\"\n").descriptors ==
          std::string(64, 'a'));
    CHECK(key_problem("serial = \"AB12\"\n") ==
          "5:10: usb.rule.serial says nothing without vendor");
    CHECK(key_problem("vendor = \"0a5f\"\nserial = \"AB12\"\n") ==
          "6:10: usb.rule.serial says nothing without product");
    CHECK(key_problem(model + "serial = \"a\"\nserial_tag = \"0123456789abcdef\"\n") ==
          "8:14: usb.rule.serial_tag cannot stand beside serial, which says it already");
    CHECK(key_problem(model + "serial_tag = \"0123\"\n") ==
          "7:14: usb.rule.serial_tag must be 16 hex digits in lower case, not \"0123\"");
    CHECK_THAT(key_problem("descriptors = \"AA\"\n"),
               Catch::StartsWith("5:15: usb.rule.descriptors must be 64 hex digits"));
}

TEST_CASE("a usb rule names the port and how it is built") {
    const auto rule =
        rule_of("port = [\"1-2.*\", \"3-1\"]\nconnect_type = [\"hardwired\", \"not used\"]\n");
    CHECK(rule.port == std::vector<std::string>{"1-2.*", "3-1"});
    CHECK(rule.connect_type == std::vector<core::ConnectType>{core::ConnectType::hardwired,
                                                              core::ConnectType::not_used});
    CHECK_THAT(key_problem("port = [\"usb1\"]\n"),
               Catch::StartsWith("5:9: an item of usb.rule.port must be 1 to 32 digits"));
    CHECK_THAT(key_problem("connect_type = [\"soldered\"]\n"),
               Catch::StartsWith("5:17: an item of usb.rule.connect_type must be \"unknown\""));
}

TEST_CASE("a usb rule names who is in front, the lock and the time") {
    const auto rule = rule_of(
        "user = [\"tech-*\"]\ngroup = [\"medtek\"]\nscreen = \"locked\"\n"
        "time = [\"mon-fri 07:00-16:00\", \"22:00-06:00\"]\n");
    CHECK(rule.user == std::vector<std::string>{"tech-*"});
    CHECK(rule.group == std::vector<std::string>{"medtek"});
    CHECK(rule.screen == core::ScreenState::locked);
    REQUIRE(rule.time.size() == 12);
    CHECK(rule.time[0] == core::WeekSpan{7 * 60, 9 * 60});
    CHECK(rule.time[5] == core::WeekSpan{22 * 60, 8 * 60});
    CHECK(key_problem("screen = \"shut\"\n") ==
          "5:10: usb.rule.screen must be \"open\" or \"locked\", not \"shut\"");
}

TEST_CASE("a time of the week is days and a time of the day") {
    const std::string text =
        GENERATE("", "mon", "07:00", "7:00-16:00", "07:00-25:00", "07:00-07:00", "24:00-07:00",
                 "mon  07:00-16:00", "monday 07:00-16:00", "mon, 07:00-16:00", "07:00-16:60",
                 "mon-fri 07:00-16:00 ", "Mon 07:00-16:00", "- 07:00-16:00");
    CAPTURE(text);
    CHECK_THAT(key_problem("time = [\"" + text + "\"]\n"),
               Catch::StartsWith("5:9: an item of usb.rule.time must be days and a time"));
}

TEST_CASE("days may run over the end of the week, and hours over midnight") {
    const auto rule = rule_of("time = [\"sat-mon 20:00-24:00\", \"fri 23:00-01:00\"]\n");
    REQUIRE(rule.time.size() == 4);
    CHECK(rule.time[0] == core::WeekSpan{20 * 60, 4 * 60});
    CHECK(rule.time[3] == core::WeekSpan{4 * core::minutes_of_day + 23 * 60, 2 * 60});
}

TEST_CASE("an exception has an end and somebody who answers for it") {
    const auto rule = rule_of("until = 2027-02-20T02:00:00+02:00\nunit = \"radiology\"\n");
    REQUIRE(rule.until);
    CHECK(core::utc_text(*rule.until) == "2027-02-20T00:00:00Z");
    CHECK(rule.unit == "radiology");
    CHECK(key_problem("until = 2027-02-20T00:00:00Z\n") ==
          "5:9: usb.rule.until says nothing without unit");
    CHECK(key_problem("unit = \"radiology\"\n") == "5:8: usb.rule.unit says nothing without until");
    for (const std::string time : {"2027-02-20", "2027-02-20T00:00:00", "00:00:00"})
        CHECK_THAT(key_problem("until = " + time + "\nunit = \"x\"\n"),
                   Catch::StartsWith("5:9: usb.rule.until must be a time with its offset"));
    CHECK_THAT(key_problem("until = \"2027-02-20T00:00:00Z\"\nunit = \"x\"\n"),
               Catch::StartsWith("5:9: usb.rule.until must be a time with its offset"));
    CHECK(key_problem("until = 2027-02-20T00:00:00Z\nunit = \"x\"\n", "block") ==
          "5:9: usb.rule.until ends an allowance: it says nothing where action is \"block\"");
}

TEST_CASE("hardware encryption is believed of one device alone") {
    const std::string one = "vendor = \"0a5f\"\nproduct = \"00d3\"\nserial = \"x\"\n";
    CHECK(rule_of(one + "hardware_encrypted = true\n").hardware_encrypted);
    CHECK(key_problem("vendor = \"0a5f\"\nhardware_encrypted = true\n") ==
          "6:22: usb.rule.hardware_encrypted needs vendor, product and serial or serial_tag");
    CHECK(key_problem(one + "hardware_encrypted = true\n", "block") ==
          "8:22: usb.rule.hardware_encrypted says nothing where action is \"block\"");
    CHECK(key_problem(one + "interface = [\"03:*:*\"]\nhardware_encrypted = true\n") ==
          "9:22: usb.rule.hardware_encrypted speaks of storage, and the rule's interface is none");
}

TEST_CASE("read only is for storage") {
    CHECK(key_problem("interface = [\"08:*:*\"]\n", "read_only").empty());
    CHECK(key_problem("port = [\"1-4\"]\n", "read_only").empty());
    CHECK(key_problem("interface = [\"03:*:*\"]\n", "read_only") ==
          "4:10: usb.rule.action \"read_only\" is for storage, and the rule's interface is none");
}

TEST_CASE("behind a rule that meets everything there is no other") {
    const std::string all = "id = \"all\"\naction = \"block\"\n";
    CHECK(rule_problem(all).empty());
    CHECK(rule_problem(all + "[[usb.rule]]\nid = \"b\"\nvendor = \"046d\"\naction = \"allow\"\n") ==
          "5:1: no interface comes so far: the rule \"all\" before it meets all of them");
    CHECK(rule_problem("id = \"all\"\naction = \"read_only\"\n[[usb.rule]]\nid = \"b\"\n"
                       "action = \"allow\"\n")
              .empty());
}
