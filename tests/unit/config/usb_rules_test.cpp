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
    CHECK(rule_problem(
              "id = \"a\"\naction = \"block\"\n[[usb.rule]]\nid = \"a\"\naction = \"allow\"\n") ==
          "6:6: another [[usb.rule]] has the id \"a\" already");
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
          "5:13: usb.rule.interface must be a list of texts \"CC:SS:PP\", each part two hex digits "
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
    for (int i = 0; i <= 1000; ++i)
        text += "[[usb.rule]]\nid = \"r" + std::to_string(i) + "\"\naction = \"block\"\n";
    CHECK(policy_problem(text) == "3002:1: more than 1000 [[usb.rule]]");
}
