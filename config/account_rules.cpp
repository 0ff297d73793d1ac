// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/account_rules.h"

#include <string>

#include "config/command.h"
#include "config/list_reader.h"

namespace vaktpost::config {
namespace {

constexpr std::size_t most_hosts = 200;
constexpr std::size_t longest_host = 253;  // RFC 1035, 2.3.4, in text
constexpr std::string_view host_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.*";

void read_hosts(TableReader& rule, std::vector<std::string>& hosts) {
    const auto& key = account_rule::hosts;
    const ListForm form{
        std::string(key.form),
        "1 to " + std::to_string(longest_host) + " letters, digits, \"-\", \".\" and \"*\"",
        most_hosts};
    read_list(rule, key.key, form, hosts,
              [](const std::string& text) -> std::optional<std::string> {
                  const bool good = !text.empty() && text.size() <= longest_host &&
                                    text.find_first_not_of(host_characters) == std::string::npos;
                  return good ? std::optional(text) : std::nullopt;
              });
    refuse_empty(rule, key, "approve the account everywhere");
}

core::AccountRule read_account(TableReader& rule, const std::vector<core::AccountRule>& earlier) {
    core::AccountRule result;
    require(rule, account_rule::user);
    if (auto text = read_text(rule, account_rule::user, printable_characters, longest_pattern))
        result.user = *text;
    refuse_repeated(rule, account_rule::user,
                    any_has(earlier, &core::AccountRule::user, result.user));
    rule.choice(account_rule::kind.key, result.kind);
    require(rule, account_rule::kind);
    read_hosts(rule, result.hosts);
    read_command(rule, account_rule::sign_out.key, Program::absolute, result.sign_out);
    const Value* sign_out = rule.find(account_rule::sign_out.key);
    if (sign_out != nullptr && result.kind != core::AccountKind::shared)
        rule.problem(sign_out->at, "account.sign_out says nothing where kind is not \"shared\"");
    return result;
}

}  // namespace

void read_accounts(TableReader& top, std::vector<core::AccountRule>& accounts) {
    read_rules(top, account_rule::table, accounts, read_account);
}

}  // namespace vaktpost::config
