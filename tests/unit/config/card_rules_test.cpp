// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/unit/config/first_problem.h"

using namespace vaktpost;
using namespace vaktpost::config;
using namespace std::chrono_literals;
using core::CardRole;

namespace {

std::string rule_problem(const std::string& keys) {
    return policy_problem("format = 1\n[[card.rule]]\n" + keys);
}

std::string reader_problem(const std::string& keys) {
    return policy_problem("format = 1\n[[card.reader]]\n" + keys);
}

}  // namespace

TEST_CASE("card rules keep their order, and what they leave out meets everything") {
    const auto policy = parse_policy(R"(format = 1
[[card.rule]]
id = "bank-id"
reader = "Gemalto*"
atr = "3B7F96*"
role = "signing"
[[card.rule]]
id = "canteen"
atr = "3b8f80"
role = "ignore"
)",
                                     "f");
    REQUIRE(policy);
    REQUIRE(policy->card_rules.size() == 2);
    CHECK(policy->card_rules[0].id.value == "bank-id");
    CHECK(policy->card_rules[1].reader == "*");
    CHECK(policy->role_of({"Gemalto PC Twin 00 00"}, "3b7f960000") == CardRole::signing);
    CHECK(policy->role_of({"Other 00 00"}, "3b7f960000") == CardRole::presence);
    CHECK(policy->role_of({"Other 00 00"}, "3b8f80") == CardRole::ignore);
}

TEST_CASE("a card rule must have an id of its own and a role") {
    CHECK(rule_problem("role = \"ignore\"\n") == "2:1: this [[card.rule]] has no id");
    CHECK(rule_problem("id = \"a\"\n") == "2:1: this [[card.rule]] has no role");
    CHECK(rule_problem(
              "id = \"a\"\nrole = \"ignore\"\n[[card.rule]]\nid = \"a\"\nrole = \"ignore\"\n") ==
          "6:6: another [[card.rule]] has the id \"a\" already");
    CHECK_THAT(rule_problem("id = \"A\"\nrole = \"ignore\"\n"),
               Catch::StartsWith("3:6: card.rule.id must be 1 to 64 of"));
    CHECK(rule_problem("id = \"a\"\nrole = \"sign\"\n") ==
          "4:8: card.rule.role must be \"presence\", \"signing\" or \"ignore\", not \"sign\"");
}

TEST_CASE("patterns know the star alone and are of what they meet") {
    const std::string head = "id = \"a\"\nrole = \"ignore\"\n";
    const std::string atr =
        GENERATE(as<std::string>{}, "", "3b 7f", "3b:7f", "[3b]", "3b?", std::string(129, 'a'));
    CAPTURE(atr);
    CHECK_THAT(rule_problem(head + "atr = \"" + atr + "\"\n"),
               Catch::StartsWith("5:7: card.rule.atr must be 1 to 128 hex digits and \"*\", "
                                 "without spaces, not \""));
    CHECK_THAT(rule_problem(head + "reader = \"\"\n"),
               Catch::StartsWith("5:10: card.rule.reader must be 1 to 128 printable ASCII"));
    CHECK_THAT(rule_problem(head + "reader = \"a\\u0007\"\n"),
               Catch::StartsWith("5:10: card.rule.reader must be 1 to 128 printable ASCII"));
    CHECK(rule_problem(head + "reader = \"*{[(?$\"\n").empty());
}

TEST_CASE("a reader has a debounce and a seat") {
    const auto policy = parse_policy(R"(format = 1
[[card.reader]]
reader = "*Contactless*"
debounce = "1500ms"
[[card.reader]]
reader = "*"
seat = "seat-left_2"
)",
                                     "f");
    REQUIRE(policy);
    CHECK(policy->reader_rule({"ACS Contactless 0"}).debounce == 1500ms);
    CHECK(policy->reader_rule({"ACS Contactless 0"}).seat.value == "seat0");
    CHECK(policy->reader_rule({"Other"}).debounce == 0ms);
    CHECK(policy->reader_rule({"Other"}).seat.value == "seat-left_2");
}

TEST_CASE("a reader is named once, and what is said about it has its form") {
    CHECK(reader_problem("debounce = \"1s\"\n") == "2:1: this [[card.reader]] has no reader");
    CHECK(reader_problem("reader = \"a\"\n[[card.reader]]\nreader = \"a\"\n") ==
          "5:10: another [[card.reader]] has the reader \"a\" already");
    CHECK(reader_problem("reader = \"a\"\ndebounce = \"11s\"\n") ==
          "4:12: card.reader.debounce must be from \"0s\" to \"10s\", not \"11s\"");
    const std::string seat =
        GENERATE(as<std::string>{}, "", "seat", "0", "Seat0", "seat 0", "seat/0", "x-seat0");
    CAPTURE(seat);
    CHECK(
        reader_problem("reader = \"a\"\nseat = \"" + seat + "\"\n") ==
        "4:8: card.reader.seat must be \"seat\" and 1 to 28 letters, digits, \"-\" and \"_\", not "
        "\"" +
            seat + "\"");
}

TEST_CASE("keys and tables of cards are checked as all others are") {
    CHECK(rule_problem("id = \"a\"\nrole = \"ignore\"\nart = \"3b\"\n") ==
          "5:1: unknown key \"art\" in [[card.rule]]; did you mean \"atr\"?");
    CHECK(policy_problem("format = 1\n[[card.rules]]\nid = \"a\"\n") ==
          "2:8: unknown table \"rules\" in [card]; did you mean \"rule\"?");
    CHECK(policy_problem("format = 1\n[card.rule]\nid = \"a\"\n") ==
          "2:1: card.rule is a list of tables, each written [[card.rule]]");
}

TEST_CASE("a policy with too many card rules is refused") {
    std::string text = "format = 1\n";
    for (int i = 0; i <= 200; ++i)
        text += "[[card.rule]]\nid = \"r" + std::to_string(i) + "\"\nrole = \"ignore\"\n";
    CHECK(policy_problem(text) == "602:1: more than 200 [[card.rule]]");
}
