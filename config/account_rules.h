// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "agent/core/policy.h"
#include "config/rule_table.h"

namespace vaktpost::config {

// One [[account]].
namespace account_rule {
inline constexpr RuleKey user{"user", "1 to 128 printable ASCII characters",
                              "pattern for the account's name"};
inline constexpr RuleKey kind{
    "kind", "\"personal\", \"shared\" or \"display\"",
    "personal: one person's; shared: several people's, one after the other; display: a board that "
    "nobody can unlock, never locked"};
inline constexpr RuleKey hosts{
    "hosts", "a list of at most 200 texts, each 1 to 253 letters, digits, \"-\", \".\" and \"*\"",
    "patterns for the machines that the account is approved for, by their names in events; its use "
    "elsewhere is an event; left out: everywhere"};
inline constexpr RuleKey sign_out{
    "sign_out", "a list of texts: a program's absolute path and its arguments",
    "run in the session of a shared account before it is locked, to log out of the programs; "
    "needs kind \"shared\""};
inline constexpr std::array keys{user, kind, hosts, sign_out};

inline constexpr std::string_view text =
    R"(Each
.B [[account]]
says what the accounts are that it meets.
They are tried from the first to the last; the first that meets an account's name counts.
An account that none meets is personal.
In a pattern "*" stands for any run of characters, everything else for itself.
)";
inline constexpr std::string_view example =
    R"([[account]]
user = "ward-*"
kind = "shared"
hosts = ["ward-pc-*"]
sign_out = ["/usr/local/bin/journal-sign-out", "--all"]
)";
// Every session that is opened is held against every account.
inline constexpr RuleTable table{"account", "session.remote", text, keys, example, false, 1000};
}  // namespace account_rule

// Reads every [[account]] of the file's top level.
void read_accounts(TableReader& top, std::vector<core::AccountRule>& accounts);

}  // namespace vaktpost::config
