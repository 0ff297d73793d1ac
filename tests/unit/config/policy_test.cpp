// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/unit/config/first_problem.h"

using namespace vaktpost;
using namespace vaktpost::config;
using namespace std::chrono_literals;

TEST_CASE("a policy that names only its format is the built-in one") {
    const auto policy = parse_policy("format = 1\n", "f");
    REQUIRE(policy);
    CHECK(policy->session.idle_lock == 5min);
    CHECK(policy->session.on_card_removal == core::PresenceRule::lock);
    CHECK(policy->usb.fallback == core::UsbDefault::allow);
    CHECK(policy->usb_rules.empty());
    CHECK(policy->version == 0);
}

TEST_CASE("every kind of key is taken up") {
    const auto policy = parse_policy(R"(format = 1
version = 42
[session]
mode = "observe"
on_card_removal = "warn"
card_removal_grace = "250ms"
idle_lock = "never"
idle_warning = "2min"
[media]
unknown = "unlock_only"
[usb]
default = "block"
restore_on_stop = false
[log]
heartbeat = "1h"
)",
                                     "f");
    REQUIRE(policy);
    CHECK(policy->version == 42);
    CHECK(policy->session.mode == core::Mode::observe);
    CHECK(policy->session.on_card_removal == core::PresenceRule::warn);
    CHECK(policy->session.card_removal_grace == 250ms);
    CHECK_FALSE(policy->session.idle_lock);
    CHECK(policy->media.unknown == core::UnknownMediaRule::unlock_only);
    CHECK(policy->usb.fallback == core::UsbDefault::block);
    CHECK_FALSE(policy->usb.restore_on_stop);
    CHECK(policy->log.heartbeat == 1h);
}

TEST_CASE("a policy without its format, or with another one, is refused") {
    CHECK(policy_problem("") == "1:1: \"format = 1\" is missing");
    CHECK(policy_problem("version = 1\nformat = 2\n") ==
          "2:10: format must be 1, the one format there is, not 2");
    CHECK(policy_problem("format = \"1\"\n") ==
          "1:10: format must be 1, the one format there is, not \"1\"");
}

TEST_CASE("a policy's version never goes below zero") {
    CHECK(policy_problem("format = 1\nversion = -1\n") ==
          "2:11: version must be a whole number, 0 or more, not -1");
    CHECK(policy_problem("format = 1\nversion = 1.5\n") ==
          "2:11: version must be a whole number, 0 or more, not a number with a fraction");
}

TEST_CASE("an unknown key is named with its place and the key that was probably meant") {
    CHECK(policy_problem("format = 1\n[session]\n  idel_lock = \"5min\"\n") ==
          "3:3: unknown key \"idel_lock\" in [session]; did you mean \"idle_lock\"?");
    CHECK(policy_problem("format = 1\nversoin = 3\n") ==
          "2:1: unknown key \"versoin\"; did you mean \"version\"?");
    CHECK(policy_problem("format = 1\n[media]\nexpires = 1\n") ==
          "3:1: unknown key \"expires\" in [media]");
}

TEST_CASE("an unknown table is named with its place and the table that was probably meant") {
    CHECK(policy_problem("format = 1\n\n[sesion]\nmode = \"observe\"\n") ==
          "3:2: unknown table \"sesion\"; did you mean \"session\"?");
    CHECK(policy_problem("format = 1\n[[group]]\nname = \"x\"\n") ==
          "2:3: unknown table \"group\"");
    CHECK(policy_problem("format = 1\n[session.x]\na = 1\n") ==
          "2:10: unknown table \"x\" in [session]");
}

TEST_CASE("a key in the wrong table is sent to the right one") {
    CHECK(policy_problem("format = 1\nidle_lock = \"5min\"\n") ==
          "2:1: unknown key \"idle_lock\"; \"idle_lock\" belongs in [session] or "
          "[session.without_card]");
    CHECK(first(check_policy("[log]\nformat = 1\n").problems) == "1:1: \"format = 1\" is missing");
    CHECK(
        check_policy("[log]\nformat = 1\n").problems.at(1).message ==
        "unknown key \"format\" in [log]; \"format\" belongs above the first [table] of the file");
}

TEST_CASE("a wrong word is answered with the right ones") {
    CHECK(policy_problem("format = 1\n[session]\non_card_removal = \"lok\"\n") ==
          "3:19: session.on_card_removal must be \"lock\", \"warn\", \"end\" or \"ignore\", not "
          "\"lok\"; "
          "did you mean "
          "\"lock\"?");
    CHECK(policy_problem("format = 1\n[media]\nunencrypted = \"readonly\"\n") ==
          "3:15: media.unencrypted must be \"block\", \"read_only\" or \"allow\", not "
          "\"readonly\"; did you mean \"read_only\"?");
    CHECK(policy_problem("format = 1\n[session]\nmode = true\n") ==
          "3:8: session.mode must be \"enforce\" or \"observe\", not true");
}

TEST_CASE("a wrong duration is answered with the form") {
    CHECK(policy_problem("format = 1\n[session]\nidle_lock = 300\n") ==
          "3:13: session.idle_lock must be a duration in quotes, such as \"30s\", or \"never\", "
          "not 300");
    CHECK(policy_problem("format = 1\n[session]\nidle_lock = \"5 minutes\"\n") ==
          "3:13: session.idle_lock must be a whole number with a unit (ms, s, min, h, d), such as "
          "\"1d\", or \"never\", "
          "not \"5 minutes\"");
    CHECK(policy_problem("format = 1\n[session]\nlock_deadline = \"never\"\n") ==
          "3:17: session.lock_deadline must be a whole number with a unit (ms, s, min, h, d), such "
          "as \"1min\", not "
          "\"never\"");
}

TEST_CASE("a duration out of range is answered with the range and its units") {
    CHECK(policy_problem("format = 1\n[session]\nidle_lock = \"4999ms\"\n") ==
          "3:13: session.idle_lock must be from \"5s\" to \"1d\", or \"never\", not \"4999ms\"");
    CHECK(policy_problem("format = 1\n[log]\nheartbeat = \"2d\"\n") ==
          "3:13: log.heartbeat must be from \"1min\" to \"1d\", not \"2d\"");
    CHECK(policy_problem("format = 1\n[session]\nidle_lock = \"1d\"\n").empty());
}

TEST_CASE("a flag is true or false, without quotes") {
    CHECK(policy_problem("format = 1\n[usb]\nrestore_on_stop = \"yes\"\n") ==
          "3:19: usb.restore_on_stop must be true or false, not \"yes\"");
}

TEST_CASE("a section is a table") {
    CHECK(policy_problem("format = 1\nsession = 5\n") ==
          "2:11: session is a table, written [session], not 5");
    CHECK(policy_problem("format = 1\n[[session]]\nmode = \"observe\"\n") ==
          "2:1: session is a table, written [session], not a list");
}

TEST_CASE("a table within a table has keys of its own") {
    const auto policy = parse_policy(R"(format = 1
[session.without_card]
idle_lock = "1min"
[session]
idle_lock = "2min"
[session.remote]
on_card_removal = "end"
)",
                                     "f");
    REQUIRE(policy);
    CHECK(policy->session.idle_lock == 2min);
    CHECK(policy->without_card.idle_lock == 1min);
    CHECK(policy->remote.on_card_removal == core::RemoteRule::end);
}

TEST_CASE("unknown keys of a table within a table are named, and sent to the right one") {
    CHECK(policy_problem("format = 1\n[session.without_card]\nidle_lok = \"1min\"\n") ==
          "3:1: unknown key \"idle_lok\" in [session.without_card]; did you mean \"idle_lock\"?");
    CHECK(policy_problem("format = 1\n[session.remote]\npresence_lease = \"1min\"\n") ==
          "3:1: unknown key \"presence_lease\" in [session.remote]; \"presence_lease\" belongs in "
          "[session]");
    CHECK(policy_problem("format = 1\n[session.witout_card]\nidle_lock = \"1min\"\n") ==
          "2:10: unknown table \"witout_card\" in [session]; did you mean \"without_card\"?");
    CHECK(policy_problem("format = 1\n[without_card]\nidle_lock = \"1min\"\n") ==
          "2:2: unknown table \"without_card\"; did you mean \"session.without_card\"?");
    CHECK(policy_problem("format = 1\n[session]\nwithout_card = 5\n") ==
          "3:16: session.without_card is a table, written [session.without_card], not 5");
}

TEST_CASE("the warning must be shorter than each idle time") {
    CHECK(policy_problem("format = 1\n[session]\nidle_lock = \"30s\"\n") ==
          "3:13: session.idle_warning (30s) must be shorter than session.idle_lock (30s)");
    CHECK(policy_problem("format = 1\n[session.without_card]\nidle_lock = \"3min\"\n[session]\n"
                         "idle_lock = \"1h\"\nidle_warning = \"3min\"\n") ==
          "6:16: session.idle_warning (3min) must be shorter than session.without_card.idle_lock "
          "(3min)");
    CHECK(policy_problem("format = 1\n[session.without_card]\nidle_lock = \"20s\"\n") ==
          "3:13: session.idle_warning (30s) must be shorter than session.without_card.idle_lock "
          "(20s)");
    CHECK(policy_problem("format = 1\n[session]\nidle_lock = \"never\"\nidle_warning = \"10min\"\n"
                         "without_card.idle_lock = \"never\"\n")
              .empty());
}

TEST_CASE("what is not TOML is named with its place") {
    CHECK(policy_problem("format = 1\n[session\n") ==
          "2:9: not valid TOML: table header: expected ']', saw '\\n'");
    CHECK(policy_problem("format = 1\nformat = 1\n") ==
          "2:10: not valid TOML: key-value pair: cannot redefine existing integer 'format'");
    CHECK(policy_problem("format = 1\n[session]\nidle_lock = never\n") ==
          "3:14: not valid TOML: floating-point: expected 'nan', saw 'ne'; words and durations "
          "stand in double quotes");
    CHECK(policy_problem("format = 1\n[session]\nmode = observe\n") ==
          "3:8: not valid TOML: value: could not determine value type; words and durations stand "
          "in double quotes");
    CHECK(policy_problem("format = 1\n[session]\nidle_lock = 5min\n") ==
          "3:14: not valid TOML: decimal integer: expected digit, saw 'm'; words and durations "
          "stand in double quotes");
}

TEST_CASE("all problems are told at once, in the order of the file") {
    const auto problems =
        check_policy("format = 1\n[usb]\ndefault = \"no\"\n[session]\nmode = 1\nfoo = 2\n")
            .problems;
    REQUIRE(problems.size() == 3);
    CHECK(problems[0].line == 3);
    CHECK(problems[1].line == 5);
    CHECK(problems[2].line == 6);
}

TEST_CASE("an error carries the first problem as FILE:LINE:COL and counts the others") {
    const auto policy = parse_policy("format = 1\na = 1\nb = 1\n", "/etc/p.toml");
    REQUIRE_FALSE(policy);
    CHECK(policy.error().text() == "/etc/p.toml:2:1: unknown key \"a\" (and 1 more)");
}
