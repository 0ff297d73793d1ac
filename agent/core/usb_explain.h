// SPDX-License-Identifier: GPL-3.0-or-later
// Why a device was judged as it was, and what would have to change.
#pragma once

#include <string>
#include <vector>

#include "agent/core/policy.h"
#include "agent/core/state.h"
#include "agent/core/usb_match.h"

namespace vaktpost::core {

// A rule that was tried on an interface, and its tests that failed; none: it met.
struct TriedRule {
    RuleId rule;
    std::vector<RuleTest> failed;
};

// The rules in their order up to the one that meets the interface, at most `most` of them, the
// newest ones; `left_out`: how many before those.
struct TriedRules {
    std::vector<TriedRule> rules;
    std::size_t left_out = 0;
    bool met = false;  // the last of them meets it
};
TriedRules try_rules(const Policy& policy, const UsbDevice& device, const UsbInterface& interface,
                     const Surroundings& around, std::size_t most);

// What a blocked interface lacks, one sentence each; empty where it is not blocked.
std::vector<std::string> what_it_lacks(const Policy& policy, const UsbDevice& device,
                                       const UsbInterface& interface,
                                       const InterfaceDecision& decision,
                                       const Surroundings& around);

// What a blocked medium lacks; empty where it is not blocked.
std::vector<std::string> what_it_lacks(const MediumState& medium);

}  // namespace vaktpost::core
