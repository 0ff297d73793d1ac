// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/generated.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/key_info.h"
#include "config/rule_table.h"
#include "tests/unit/config/first_problem.h"

using namespace vaktpost;
using namespace vaktpost::config;

namespace {

const std::filesystem::path source = VAKTPOST_SOURCE_DIR;

std::string committed(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string with_keys_in_force(const std::string& sample) {
    std::string text;
    for (std::size_t i = 0; i < sample.size(); ++i)
        if (sample[i] != '#' || sample[i + 1] == ' ') text += sample[i];
    return text;
}

bool same_keys(const core::Policy& a, const core::Policy& b) {
    bool same = true;
#define POLICY_SECTION(section, name, help)
#define POLICY_CHOICE(section, member, key, Enum, initial, help) \
    same = same && a.section.member == b.section.member;
#define POLICY_DURATION(section, member, key, Type, initial, least, most, help) \
    same = same && a.section.member == b.section.member;
#define POLICY_NEVER(section, member, key, least, most, help) \
    same = same && a.section.member == b.section.member;
#define POLICY_FLAG(section, member, key, initial, help) \
    same = same && a.section.member == b.section.member;
#define POLICY_COUNT(section, member, key, initial, least, most, help) \
    same = same && a.section.member == b.section.member;
#define POLICY_CHOICES(section, member, key, Enum, help, ...) \
    same = same && a.section.member == b.section.member;
#define POLICY_WORDS(section, member, key, help, ...) \
    same = same && a.section.member == b.section.member;
#define POLICY_USB_IDS(section, member, key, help) \
    same = same && a.section.member == b.section.member;
#define POLICY_PATTERNS(section, member, key, help) \
    same = same && a.section.member == b.section.member;
#define POLICY_NAMES(section, member, key, help) \
    same = same && a.section.member == b.section.member;
#define POLICY_END(section)
#include "agent/core/policy.def"
    return same;
}

}  // namespace

TEST_CASE("the committed texts are those that the tables make") {
    // Written anew as config/README.md says.
    CHECK(committed(source / "config/default-policy.toml") == default_policy_toml());
    CHECK(committed(source / "config/examples/agent.toml") == settings_sample_toml());
    CHECK(committed(source / "installer/man/vaktpost-policy.5") == policy_manual());
    CHECK(committed(source / "installer/man/vaktpost-agent.toml.5") == settings_manual());
}

TEST_CASE(
    "the default policy file is the built-in policy and one rule that keeps keyboards and mice") {
    const auto policy = parse_policy(default_policy_toml(), "f");
    REQUIRE(policy);
    CHECK(same_keys(*policy, {}));
    CHECK(policy->version == 0);
    CHECK(policy->card_rules.empty());
    CHECK(policy->reader_rules.empty());
    CHECK(policy->accounts.empty());
    REQUIRE(policy->usb_rules.size() == 1);
    CHECK(policy->usb_rules[0].id.value == "keyboards-and-mice");
    CHECK(policy->usb_rules[0].action == core::UsbRuleAction::allow);
    CHECK(policy->usb_rules[0].interface.at(0).matches({0x03, 0x01, 0x01}));
}

TEST_CASE("the settings sample changes nothing, and names every key with its default") {
    CHECK(settings_problem(settings_sample_toml()).empty());
    const auto settings = parse_settings(with_keys_in_force(settings_sample_toml()), "f");
    REQUIRE(settings);
    const Settings defaults;
    CHECK(settings->host == defaults.host);
    CHECK(settings->labels == defaults.labels);
    CHECK(settings->mode.session == defaults.mode.session);
    CHECK(settings->locker.wayland == defaults.locker.wayland);
    CHECK(settings->locker.x11 == defaults.locker.x11);
    CHECK(settings->examine.deadline == defaults.examine.deadline);
}

TEST_CASE("every key is in the sample and in the manual page") {
    for (const auto& [sections, sample, manual] :
         {std::tuple(policy_sections(), default_policy_toml(), policy_manual()),
          std::tuple(settings_sections(), settings_sample_toml(), settings_manual())})
        for (const SectionInfo& section : sections)
            for (const KeyInfo& key : section.keys) {
                CHECK_THAT(sample,
                           Catch::Contains(std::string(key.key) + " = " + key.initial + "\n"));
                CHECK_THAT(manual, Catch::Contains("\n.B " + std::string(key.key) + "\n"));
            }
}

TEST_CASE("every repeated table is in the sample and in the manual page, with a valid example") {
    for (const RuleTable& table : rule_tables()) {
        CAPTURE(table.name);
        const std::string title = "[[" + std::string(table.name) + "]]";
        CHECK_THAT(default_policy_toml(), Catch::Contains(title));
        CHECK_THAT(policy_manual(), Catch::Contains(title + "\n"));
        CHECK(policy_problem("format = 1\n" + std::string(table.example)).empty());
        for (const RuleKey& key : table.keys)
            CHECK_THAT(policy_manual(), Catch::Contains("\n.B " + std::string(key.key) + "\n"));
    }
}

TEST_CASE("where the screen must stay visible nothing locks or ends a session by itself") {
    const auto policy =
        parse_policy(committed(source / "config/examples/policy-operating-room.toml"), "f");
    REQUIRE(policy);
    for (const core::PresenceRule rule :
         {policy->session.on_card_removal, policy->session.on_presence_lost,
          policy->session.on_other_card})
        CHECK(rule == core::PresenceRule::warn);
    CHECK(policy->session.on_agent_lost == core::AgentLostRule::ignore);
    CHECK_FALSE(policy->session.idle_lock);
    CHECK_FALSE(policy->without_card.idle_lock);
    CHECK_FALSE(policy->session.end_left_behind);
    CHECK(std::count(policy->session.escalation.begin(), policy->session.escalation.end(),
                     core::LockStep::end_session) == 0);
}

TEST_CASE("every example policy is valid") {
    int seen = 0;
    for (const auto& file : std::filesystem::directory_iterator(source / "config/examples")) {
        if (!file.path().filename().string().starts_with("policy-")) continue;
        CAPTURE(file.path());
        CHECK(policy_problem(committed(file.path())).empty());
        ++seen;
    }
    CHECK(seen == 3);
}
