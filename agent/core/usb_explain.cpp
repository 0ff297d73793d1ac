// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/usb_explain.h"

#include <algorithm>

namespace vaktpost::core {
namespace {

constexpr std::size_t most_near_rules = 3;

std::string list_of(const std::vector<RuleTest>& tests) {
    std::string text;
    for (const RuleTest test : tests)
        text += (text.empty() ? "" : " and ") + std::string(to_string(test));
    return text;
}

// What can be otherwise a moment later, with the device as it is.
bool is_passing(RuleTest test) {
    return test == RuleTest::screen || test == RuleTest::time || test == RuleTest::user ||
           test == RuleTest::group;
}

std::string passing_tests(const UsbRule& rule) {
    std::vector<RuleTest> tests;
    if (rule.screen) tests.push_back(RuleTest::screen);
    if (!rule.time.empty()) tests.push_back(RuleTest::time);
    if (!rule.user.empty()) tests.push_back(RuleTest::user);
    if (!rule.group.empty()) tests.push_back(RuleTest::group);
    return list_of(tests);
}

// Rules that would let it in but for one thing about the device, or for who is there and when.
void add_near_rules(const Policy& policy, const UsbDevice& device, const UsbInterface& interface,
                    const RuleId& decided, const Surroundings& around,
                    std::vector<std::string>& lacks) {
    std::size_t found = 0;
    for (const UsbRule& rule : policy.usb_rules.all()) {
        if (rule.id == decided || found == most_near_rules) return;
        if (rule.action == UsbRuleAction::block) continue;
        const auto failed = failed_tests(rule, device, interface, around);
        const bool passing = std::all_of(failed.begin(), failed.end(), is_passing);
        if (failed.empty() || (failed.size() > 1 && !passing)) continue;
        lacks.push_back("rule " + rule.id.value + " would allow it but for " + list_of(failed));
        ++found;
    }
}

std::string token_it_lacks(const Token& token) {
    switch (token.state) {
        case TokenState::none:
            return "the organisation's token in every part: vaktpost media enroll";
        case TokenState::untrusted:
            return "a token signed by one of media.trusted_keys: it has one of another key";
        case TokenState::invalid:
            return "a token written for it: the one in it is damaged or another volume's";
        case TokenState::valid:
            break;
    }
    return "a token that has not ended, by a clock that is right: it holds until " +
           utc_text(token.expires);
}

}  // namespace

TriedRules try_rules(const Policy& policy, const UsbDevice& device, const UsbInterface& interface,
                     const Surroundings& around, std::size_t most) {
    TriedRules tried;
    for (const UsbRule& rule : policy.usb_rules.all()) {
        tried.rules.push_back({rule.id, failed_tests(rule, device, interface, around)});
        tried.met = tried.rules.back().failed.empty();
        if (tried.rules.size() > most) {
            tried.rules.erase(tried.rules.begin());
            ++tried.left_out;
        }
        if (tried.met) break;
    }
    return tried;
}

std::vector<std::string> what_it_lacks(const Policy& policy, const UsbDevice& device,
                                       const UsbInterface& interface,
                                       const InterfaceDecision& decision,
                                       const Surroundings& around) {
    if (decision.verdict != InterfaceVerdict::block) return {};
    if (decision.rule == RuleId{"builtin.new_while_locked"})
        return {"the code typed on it that is shown when the screen is open, or another port then",
                "or an exception for a while: vaktpost allow " + device.id.value};
    if (decision.rule == RuleId{"builtin.not_proved"})
        return {"the code typed on it that was shown: wait a minute and plug it in again",
                "or an exception for a while: vaktpost allow " + device.id.value};
    if (decision.rule == RuleId{"builtin.medium"})
        return {"a medium that may be admitted: see the medium's record, then plug it in again"};
    std::vector<std::string> lacks;
    if (const UsbRule* rule = policy.usb_rules.find(decision.rule)) {
        const auto passing = passing_tests(*rule);
        if (!passing.empty())
            lacks.push_back("rule " + rule->id.value + " holds no more when " + passing +
                            " is another");
    }
    add_near_rules(policy, device, interface, decision.rule, around, lacks);
    lacks.push_back("a rule that allows it before " + decision.rule.value);
    lacks.push_back("or an exception for a while: vaktpost allow " + device.id.value);
    return lacks;
}

std::vector<std::string> what_it_lacks(const MediumState& medium) {
    if (medium.phase != MediumPhase::blocked) return {};
    if (medium.condemned) return {"to be plugged in again: it was mounted past the gate"};
    if (medium.rule == RuleId{"media.retired"})
        return {"to be in use: the policy's media.retired names it"};
    if (medium.rule == RuleId{"media.require"}) return {token_it_lacks(medium.examination.token)};
    std::vector<std::string> lacks;
    for (const auto& part : medium.examination.parts)
        if (part.verdict != Verdict::encrypted)
            lacks.push_back("encryption of the part at byte " + std::to_string(part.offset) +
                            ", which is " + part.type + " (" +
                            std::string(to_string(part.verdict)) + ")");
    if (lacks.empty()) lacks.push_back("something on it that is encrypted and understood");
    return lacks;
}

}  // namespace vaktpost::core
