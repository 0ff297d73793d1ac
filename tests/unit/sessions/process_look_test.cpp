// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/process_look.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

using namespace vaktpost::platform;

namespace {

std::string status(const std::string& state, const std::string& users) {
    return "Name:\tswaylock\nUmask:\t0022\nState:\t" + state + "\nPid:\t7\nUid:\t" + users +
           "\nGid:\t100\t100\t100\t100\n";
}

}  // namespace

TEST_CASE("a process's status tells its user and whether it lives") {
    const auto look = parse_process_status(status("S (sleeping)", "1000\t1000\t1000\t1000"));
    REQUIRE(look);
    CHECK(look->user == 1000);
    CHECK(look->alive);
    for (const auto* state : {"Z (zombie)", "X (dead)", "x (dead)"}) {
        const auto dead = parse_process_status(status(state, "1000\t1000\t1000\t1000"));
        REQUIRE(dead);
        CHECK_FALSE(dead->alive);
    }
}

TEST_CASE("a process that runs with another user's rights is nobody's locker") {
    CHECK_FALSE(parse_process_status(status("S (sleeping)", "1000\t0\t0\t0")));
    CHECK_FALSE(parse_process_status(status("S (sleeping)", "1000\t1000\t0\t1000")));
}

TEST_CASE("a status that lacks a line or a number is not understood") {
    for (const auto& text :
         {std::string(), std::string("State:\tS\n"), status("", "1\t1\t1\t1"), status("S", "x"),
          status("S", "1000"), status("S", "-1\t-1\t-1\t-1"), status("S", "99999999999\t1\t1\t1")})
        CHECK_FALSE(parse_process_status(text));
}

TEST_CASE("a process is in a user's slice only by a whole name of the unified hierarchy") {
    CHECK(is_in_user_slice("0::/user.slice/user-1000.slice/session-2.scope\n", 1000));
    CHECK(is_in_user_slice(
        "1:cpu:/x\n0::/user.slice/user-1000.slice/user@1000.service/app.slice/a.service\n", 1000));
    for (const auto* other :
         {"", "0::/\n", "0::/user.slice/user-10001.slice/session-2.scope\n",
          "0::/system.slice/user-1000.slice.service\n", "1:cpu:/user.slice/user-1000.slice/a\n"})
        CHECK_FALSE(is_in_user_slice(other, 1000));
}

TEST_CASE("only the enforced profile confines") {
    CHECK(is_locker_profile("vaktpost-locker (enforce)\n"));
    for (const auto* label :
         {"", "unconfined\n", "vaktpost-locker (complain)\n", "vaktpost-locker//chkpwd (enforce)\n",
          "my-vaktpost-locker (enforce)\n", "vaktpost-locker (enforce)x\n"})
        CHECK_FALSE(is_locker_profile(label));
}

TEST_CASE("this very process can be looked at") {
    const auto look = look_at_process("/proc", ::getpid(), ::getuid());
    REQUIRE(look);
    CHECK(look->user == ::getuid());
    CHECK(look->alive);
    CHECK_FALSE(look->confined);
}

TEST_CASE("a process that is not there cannot be looked at") {
    CHECK_FALSE(look_at_process("/proc", 0, ::getuid()));
}
