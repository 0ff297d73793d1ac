// SPDX-License-Identifier: GPL-3.0-or-later
// The rules core decides by. Filled by config/ from TOML; the keys stand in policy.def alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/time.h"
#include "agent/core/types.h"
#include "agent/core/usb.h"
#include "agent/core/words.h"

namespace vaktpost::core {

enum class Mode { enforce, observe };
VAKTPOST_WORDS(Mode, "enforce", "observe");

enum class PresenceRule { lock, warn, ignore };
VAKTPOST_WORDS(PresenceRule, "lock", "warn", "ignore");

enum class MediaRule { block, allow };
VAKTPOST_WORDS(MediaRule, "block", "allow");

enum class UsbRuleAction { allow, block };
VAKTPOST_WORDS(UsbRuleAction, "allow", "block");

// "03:01:*": class, subclass and protocol, each two hex digits or "*".
struct UsbClassPattern {
    std::optional<std::uint8_t> base;
    std::optional<std::uint8_t> sub;
    std::optional<std::uint8_t> protocol;

    [[nodiscard]] bool matches(const UsbClass& candidate) const;
};

// One [[usb.rule]]. It meets an interface when any of its alternate settings matches any pattern
// (no pattern: every interface), and the device has the ids named. The first rule that meets an
// interface decides.
struct UsbRule {
    RuleId id;
    std::vector<UsbClassPattern> interface;
    std::optional<std::uint16_t> vendor;
    std::optional<std::uint16_t> product;
    UsbRuleAction action = UsbRuleAction::block;
};

// A duration, or nothing for "never".
using OptionalDuration = std::optional<Duration>;

struct Policy {
    std::int64_t version = 0;  // 0: the default policy, unless the file says otherwise

// NOLINTBEGIN(bugprone-macro-parentheses): these make declarations
#define POLICY_SECTION(section, help) struct {
#define POLICY_CHOICE(section, member, key, Enum, initial, help) Enum member = Enum::initial;
#define POLICY_DURATION(section, member, key, Type, initial, least, most, help) \
    Type member = std::chrono::milliseconds(initial);
#define POLICY_FLAG(section, member, key, initial, help) bool member = initial;
#define POLICY_END(section) \
    }                       \
    section;
// NOLINTEND(bugprone-macro-parentheses)
#include "agent/core/policy.def"

    std::vector<UsbRule> usb_rules;
};

}  // namespace vaktpost::core
