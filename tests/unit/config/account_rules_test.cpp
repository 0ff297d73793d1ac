// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/unit/config/first_problem.h"

using namespace vaktpost;
using namespace vaktpost::config;
using core::AccountKind;

namespace {

std::string account_problem(const std::string& keys) {
    return policy_problem("format = 1\n[[account]]\n" + keys);
}

}  // namespace

TEST_CASE("accounts keep their order and everything they name") {
    const auto policy = parse_policy(R"(format = 1
[[account]]
user = "ward-*"
kind = "shared"
hosts = ["ward-pc-*", "Reception.example.org"]
sign_out = ["/usr/bin/journal-sign-out", "--all"]
[[account]]
user = "board"
kind = "display"
)",
                                     "f");
    REQUIRE(policy);
    const core::AccountRule ward = policy->account("ward-7");
    CHECK(ward.kind == AccountKind::shared);
    CHECK(ward.hosts == std::vector<std::string>{"ward-pc-*", "Reception.example.org"});
    CHECK(ward.sign_out == std::vector<std::string>{"/usr/bin/journal-sign-out", "--all"});
    CHECK(policy->account("board").kind == AccountKind::display);
    CHECK(policy->account("board").hosts.empty());
    CHECK(policy->account("nurse").kind == AccountKind::personal);
}

TEST_CASE("an account is named once and has a kind") {
    CHECK(account_problem("kind = \"shared\"\n") == "2:1: this [[account]] has no user");
    CHECK(account_problem("user = \"a\"\n") == "2:1: this [[account]] has no kind");
    CHECK(account_problem("user = \"a\"\nkind = \"common\"\n") ==
          "4:8: account.kind must be \"personal\", \"shared\" or \"display\", not \"common\"");
    CHECK(account_problem("user = \"a\"\nkind = \"personal\"\n[[account]]\nuser = \"a\"\n"
                          "kind = \"shared\"\n") ==
          "6:8: another [[account]] has the user \"a\" already");
    CHECK_THAT(account_problem("user = \"a\\nb\"\nkind = \"personal\"\n"),
               Catch::StartsWith("3:8: account.user must be 1 to 128 printable ASCII"));
}

TEST_CASE("what runs as somebody is a program by its absolute path") {
    const std::string head = "user = \"a\"\nkind = \"shared\"\n";
    CHECK(account_problem(head + "sign_out = [\"logout\"]\n") ==
          "5:13: account.sign_out must begin with a program's absolute path, not \"logout\"");
    CHECK(account_problem(head + "sign_out = \"/usr/bin/x -a\"\n") ==
          "5:12: account.sign_out must be a list of texts: a program and its arguments, not "
          "\"/usr/bin/x -a\"");
    CHECK(account_problem(head + "sign_out = []\n") ==
          "5:12: account.sign_out must name a program");
    CHECK(account_problem(head + "sign_out = [\"/usr/bin/x\", \"a\\u0000\"]\n") ==
          "5:27: an argument must be at most 256 bytes without control characters, not "
          "\"a\\x00\"");
}

TEST_CASE("only a shared account is signed out of its programs") {
    CHECK(account_problem("user = \"a\"\nkind = \"personal\"\nsign_out = [\"/usr/bin/x\"]\n") ==
          "5:12: account.sign_out says nothing where kind is not \"shared\"");
}

TEST_CASE("hosts are patterns of host names that name something") {
    const std::string head = "user = \"a\"\nkind = \"shared\"\n";
    CHECK(account_problem(head + "hosts = []\n") ==
          "5:9: account.hosts is empty; leave it out to approve the account everywhere");
    CHECK(account_problem(head + "hosts = [\"a\", \"a\"]\n") ==
          "5:15: \"a\" stands twice in account.hosts");
    const std::string host =
        GENERATE(as<std::string>{}, "", "a b", "a_b", "a?", std::string(254, 'a'));
    CAPTURE(host);
    CHECK_THAT(account_problem(head + "hosts = [\"" + host + "\"]\n"),
               Catch::StartsWith("5:10: an item of account.hosts must be 1 to 253 letters, digits, "
                                 "\"-\", \".\" and \"*\", not \""));
}

TEST_CASE("an account is a list of tables") {
    const std::string message = "account is a list of tables, each written [[account]]";
    CHECK(policy_problem("format = 1\n[account]\nuser = \"a\"\n") == "2:1: " + message);
    CHECK(policy_problem("format = 1\n[[accounts]]\nuser = \"a\"\n") ==
          "2:3: unknown table \"accounts\"; did you mean \"account\"?");
}
