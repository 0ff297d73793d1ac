// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/unit/config/first_problem.h"

using namespace vaktpost;
using namespace vaktpost::config;
using core::LockStep;

namespace {

std::string session_problem(const std::string& line) {
    return policy_problem("format = 1\n[session]\n" + line + "\n");
}

std::string input_problem(const std::string& line) {
    return policy_problem("format = 1\n[input]\n" + line + "\n");
}

}  // namespace

TEST_CASE("a list takes the place of its default") {
    const auto policy = parse_policy(R"(format = 1
[session]
escalation = ["own_locker", "end_session"]
hold_reasons = ["patient", "cpr_2"]
hold_daily_cap = 7
[input]
scanners = ["05e0:1200", "0C2E:0B61"]
scanner_counts = true
)",
                                     "f");
    REQUIRE(policy);
    CHECK(policy->session.escalation == std::vector{LockStep::own_locker, LockStep::end_session});
    CHECK(policy->session.hold_reasons == std::vector<std::string>{"patient", "cpr_2"});
    CHECK(policy->session.hold_daily_cap == 7);
    CHECK(policy->input.scanners == std::vector<core::UsbId>{{0x05e0, 0x1200}, {0x0c2e, 0x0b61}});
    CHECK(policy->input.scanner_counts);
}

TEST_CASE("without a list its default stands, and an empty one is empty") {
    const auto defaults = parse_policy("format = 1\n", "f");
    REQUIRE(defaults);
    CHECK(defaults->session.escalation == std::vector{LockStep::ask_again, LockStep::own_locker,
                                                      LockStep::curtain, LockStep::greeter});
    CHECK(defaults->session.hold_reasons.size() == 3);
    const auto policy =
        parse_policy("format = 1\n[session]\nescalation = []\nhold_reasons = []\n", "f");
    REQUIRE(policy);
    CHECK(policy->session.escalation.empty());
    CHECK(policy->session.hold_reasons.empty());
}

TEST_CASE("the first request is no step of the escalation") {
    const std::string steps =
        "\"ask_again\", \"own_locker\", \"curtain\", \"greeter\" or \"end_session\"";
    CHECK(session_problem("escalation = [\"ask\"]") ==
          "3:15: an item of session.escalation must be " + steps + ", not \"ask\"");
    CHECK(session_problem("escalation = \"curtain\"") ==
          "3:14: session.escalation must be a list of " + steps +
              ", each at most once, not \"curtain\"");
    CHECK(session_problem("escalation = [1]") ==
          "3:15: an item of session.escalation must be a text, not 1");
}

TEST_CASE("no step of the escalation is taken twice, and none after the session has ended") {
    CHECK(session_problem("escalation = [\"curtain\", \"curtain\"]") ==
          "3:26: \"curtain\" stands twice in session.escalation");
    CHECK(session_problem("escalation = [\"end_session\", \"curtain\"]") ==
          "3:14: \"end_session\" must be the last step of session.escalation");
}

TEST_CASE("a hold's reason is a word, so that it can hold nothing about a patient") {
    const std::string word =
        GENERATE(as<std::string>{}, "", "Patient", "a b", "a-b", "\\u00e6", std::string(33, 'a'));
    CAPTURE(word);
    CHECK_THAT(session_problem("hold_reasons = [\"" + word + "\"]"),
               Catch::StartsWith("3:17: an item of session.hold_reasons must be 1 to 32 of a-z, "
                                 "0-9 and \"_\", not \""));
    CHECK(session_problem("hold_reasons = [\"a\", \"a\"]") ==
          "3:22: \"a\" stands twice in session.hold_reasons");
    std::string many = "hold_reasons = [";
    for (int i = 0; i < 17; ++i) many += "\"r" + std::to_string(i) + "\",";
    CHECK_THAT(session_problem(many + "]"),
               Catch::EndsWith("there are more than 16 items in session.hold_reasons"));
}

TEST_CASE("a retired medium is named by serial, identifier or tag") {
    const auto policy = parse_policy(
        "format = 1\n[media]\nretired = [\"S-17\", \"0a1b2c3d-0000-4000-8000-000000000001\"]\n",
        "f");
    REQUIRE(policy);
    CHECK(policy->media.retired ==
          std::vector<std::string>{"S-17", "0a1b2c3d-0000-4000-8000-000000000001"});
    const std::string name =
        GENERATE(as<std::string>{}, "", "two words", std::string(65, 'a'), "*");
    CHECK_THAT(
        policy_problem("format = 1\n[media]\nretired = [\"" + name + "\"]\n"),
        Catch::StartsWith("3:12: an item of media.retired must be 1 to 64 of letters, digits "
                          "and \"._-\", not \""));
}

TEST_CASE("media need not be enrolled where plain ones may do anything") {
    CHECK(
        policy_problem("format = 1\n[media]\nunencrypted = \"allow\"\nrequire = \"enrolled\"\n") ==
        "4:11: media.require \"enrolled\" is of no use where media.unencrypted is \"allow\"");
    CHECK(parse_policy("format = 1\n[media]\nunencrypted = \"read_only\"\nrequire = \"enrolled\"\n",
                       "f"));
}

TEST_CASE("a scanner is named by vendor and product") {
    const std::string id = GENERATE(as<std::string>{}, "", "05e0", "05e0:", ":1200", "5e0:1200",
                                    "05e0:1200:1", "05e0-1200", "0x05e0:1200", "*:*");
    CAPTURE(id);
    CHECK(
        input_problem("scanners = [\"" + id + "\"]") ==
        "3:13: an item of input.scanners must be \"vvvv:pppp\", vendor and product, each four hex "
        "digits, not \"" +
            id + "\"");
}

TEST_CASE("the same scanner stands in the list once, however it is written") {
    CHECK(input_problem("scanners = [\"05e0:1200\", \"05E0:1200\"]") ==
          "3:26: \"05E0:1200\" stands twice in input.scanners");
}

TEST_CASE("a count is a whole number within its range") {
    CHECK(session_problem("hold_daily_cap = -1") ==
          "3:18: session.hold_daily_cap must be a whole number from 0 to 1000, not -1");
    CHECK(session_problem("hold_daily_cap = 1001") ==
          "3:18: session.hold_daily_cap must be a whole number from 0 to 1000, not 1001");
    CHECK(session_problem("hold_daily_cap = \"3\"") ==
          "3:18: session.hold_daily_cap must be a whole number from 0 to 1000, not \"3\"");
    CHECK(session_problem("hold_daily_cap = 0").empty());
}

TEST_CASE("what is off by default may be given a time") {
    using namespace std::chrono_literals;
    const auto policy = parse_policy("format = 1\n[session]\nend_left_behind = \"8h\"\n", "f");
    REQUIRE(policy);
    CHECK(policy->session.end_left_behind == 8h);
    CHECK(session_problem("end_left_behind = \"never\"").empty());
    CHECK(
        session_problem("end_left_behind = \"1s\"") ==
        "3:19: session.end_left_behind must be from \"1min\" to \"7d\", or \"never\", not \"1s\"");
}

TEST_CASE("the internal network is named by patterns of interfaces, kinds and drivers") {
    const auto policy = parse_policy(
        "format = 1\n[network]\ninternal = [\"enp*\", \"wifi/iwlwifi\", \"eth0.5\"]\n", "f");
    REQUIRE(policy);
    CHECK(policy->network.internal == std::vector<std::string>{"enp*", "wifi/iwlwifi", "eth0.5"});
    CHECK(
        policy_problem("format = 1\n[network]\ninternal = [\"en p0\"]\n") ==
        "3:13: an item of network.internal must be 1 to 48 of letters, digits and \"-_.:/*\", not "
        "\"en p0\"");
}
