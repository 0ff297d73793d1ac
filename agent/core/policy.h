// SPDX-License-Identifier: GPL-3.0-or-later
// The rules core decides by. Filled by config/ from TOML; the keys stand in policy.def alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/session.h"
#include "agent/core/time.h"
#include "agent/core/types.h"
#include "agent/core/usb_policy.h"
#include "agent/core/words.h"

namespace vaktpost::core {

enum class Mode { enforce, observe };
VAKTPOST_WORDS(Mode, "enforce", "observe");

enum class PresenceRule { lock, warn, end, ignore };
VAKTPOST_WORDS(PresenceRule, "lock", "warn", "end", "ignore");

enum class RemoteRule { lock, end, ignore };
VAKTPOST_WORDS(RemoteRule, "lock", "end", "ignore");

enum class AgentLostRule { lock, ignore };
VAKTPOST_WORDS(AgentLostRule, "lock", "ignore");

enum class BindRule { inserted, at_login };
VAKTPOST_WORDS(BindRule, "inserted", "at_login");

enum class UnlockNeed { keyboard, touch, card, nothing };
VAKTPOST_WORDS(UnlockNeed, "keyboard", "touch", "card", "nothing");

enum class TextLock { curtain, end, ignore };
VAKTPOST_WORDS(TextLock, "curtain", "end", "ignore");

enum class PlainMediaRule { block, read_only, allow };
VAKTPOST_WORDS(PlainMediaRule, "block", "read_only", "allow");

enum class UnknownMediaRule { block, unlock_only };
VAKTPOST_WORDS(UnknownMediaRule, "block", "unlock_only");

enum class MediaRequirement { encrypted, enrolled };
VAKTPOST_WORDS(MediaRequirement, "encrypted", "enrolled");

enum class PhoneRule { block, allow };
VAKTPOST_WORDS(PhoneRule, "block", "allow");

enum class RoutineRule { central, counts };
VAKTPOST_WORDS(RoutineRule, "central", "counts");

// A keyboard that is not known, at an open screen.
enum class NewKeyboardRule { allow, prove, block };
VAKTPOST_WORDS(NewKeyboardRule, "allow", "prove", "block");

struct UsbId {
    std::uint16_t vendor = 0;
    std::uint16_t product = 0;
    auto operator<=>(const UsbId&) const = default;
};

enum class CardRole {
    presence,  // says who sits here
    signing,   // a card to sign or log in to a web site with: coming and going is no incident
    ignore,
};
VAKTPOST_WORDS(CardRole, "presence", "signing", "ignore");

// One [[card.rule]]: the first that meets reader and card gives the role; none: presence.
// Patterns know "*" for any run of characters and nothing else.
struct CardRule {
    RuleId id;
    std::string reader = "*";  // against the reader's name
    std::string atr = "*";     // against the card's answer to reset, hex digits in lower case
    CardRole role = CardRole::presence;
};

// One [[card.reader]]: the first that meets the reader's name counts.
struct ReaderRule {
    std::string reader;   // pattern
    Duration debounce{};  // a card away for less has not been away: contactless ones flicker
    SeatName seat{"seat0"};
};

enum class AccountKind { personal, shared, display };
VAKTPOST_WORDS(AccountKind, "personal", "shared", "display");

// One [[account]]: the first whose pattern meets the account's name counts; none: personal.
struct AccountRule {
    std::string user;  // pattern
    AccountKind kind = AccountKind::personal;
    std::vector<std::string> hosts;     // patterns; where it is approved for; empty: everywhere
    std::vector<std::string> sign_out;  // program and arguments; empty: nothing to sign out of
};

// "*" stands for any run of characters, also none; everything else for itself.
bool matches_pattern(std::string_view pattern, std::string_view text);

// A duration, or nothing for "never".
using OptionalDuration = std::optional<Duration>;

struct Policy {
    std::int64_t version = 0;  // 0: the default policy, unless the file says otherwise

// NOLINTBEGIN(bugprone-macro-parentheses): these make declarations
#define POLICY_SECTION(section, name, help) struct {
#define POLICY_CHOICE(section, member, key, Enum, initial, help) Enum member = Enum::initial;
#define POLICY_DURATION(section, member, key, Type, initial, least, most, help) \
    Type member = std::chrono::milliseconds(initial);
#define POLICY_NEVER(section, member, key, least, most, help) OptionalDuration member;
#define POLICY_FLAG(section, member, key, initial, help) bool member = initial;
#define POLICY_COUNT(section, member, key, initial, least, most, help) \
    std::int64_t member = initial;
#define POLICY_CHOICES(section, member, key, Enum, help, ...) \
    std::vector<Enum> member = {__VA_ARGS__};
#define POLICY_WORDS(section, member, key, help, ...) \
    std::vector<std::string> member = {__VA_ARGS__};
#define POLICY_USB_IDS(section, member, key, help) std::vector<UsbId> member;
#define POLICY_PATTERNS(section, member, key, help) std::vector<std::string> member;
#define POLICY_NAMES(section, member, key, help) std::vector<std::string> member;
#define POLICY_END(section) \
    }                       \
    section;
// NOLINTEND(bugprone-macro-parentheses)
#include "agent/core/policy.def"

    // The runtime makes them of media.retired, whose items may be the identifiers of volumes.
    std::vector<Tag> retired_tags;
    UsbRules usb_rules;
    std::vector<CardRule> card_rules;
    std::vector<ReaderRule> reader_rules;
    std::vector<AccountRule> accounts;

    [[nodiscard]] CardRole role_of(const ReaderName& reader, std::string_view atr) const;
    [[nodiscard]] ReaderRule reader_rule(const ReaderName& reader) const;
    [[nodiscard]] AccountRule account(std::string_view user) const;
};

}  // namespace vaktpost::core
