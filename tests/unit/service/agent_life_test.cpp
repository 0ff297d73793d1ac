// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "platform/service/agent_life.h"
#include "tests/unit/base/temporary_folder.h"

namespace vaktpost::test {

namespace {

using namespace std::chrono_literals;
using namespace vaktpost::platform;

struct Run {
    TemporaryFolder folder;

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name) << text;
    }
    [[nodiscard]] bool has(const std::string& name) const {
        return std::filesystem::exists(folder / name);
    }
};

core::Instant at(core::Duration since_boot) {
    return core::Instant(since_boot);
}

}  // namespace

TEST_CASE_METHOD(Run, "the rule for an agent that is lost is read as it was written") {
    write_agent_lost_rule({false, 2500ms, {{"c3"}, {"4"}}}, folder.path());
    const auto rule = read_agent_lost_rule(folder.path());
    CHECK_FALSE(rule.lock);
    CHECK(rule.deadline == 2500ms);
    CHECK(rule.spared == std::vector<core::SessionId>{{"c3"}, {"4"}});
    write_agent_lost_rule({true, 30s, {}}, folder.path());
    std::string line;
    std::getline(std::ifstream(folder / "agent-lost"), line);
    CHECK(line == "lock 30000");
}

TEST_CASE_METHOD(Run, "without a rule, or with a broken one, sessions are locked after 30 s") {
    for (const char* text :
         {"", "\n", "lock\n", "lock 1", "lock x\n", "lock -1\n", "lock 3600001\n", "unlock 1\n",
          "lock 1\nlock 2\n", "lock 1 ../x\n", "lock  1\n", "LOCK 1\n", "ignore 1 a b%\n",
          "lock 99999999999999999999\n"}) {
        INFO(text);
        write("agent-lost", text);
        const auto rule = read_agent_lost_rule(folder.path());
        CHECK(rule.lock);
        CHECK(rule.deadline == 30s);
        CHECK(rule.spared.empty());
    }
    CHECK(read_agent_lost_rule(folder / "nowhere").lock);
}

TEST_CASE_METHOD(Run, "the next start takes what was left behind, once") {
    REQUIRE(write_run_end({"watchdog", at(100s)}, folder.path()).ok());
    REQUIRE(write_locked_meanwhile(2, folder.path()).ok());
    CHECK(locked_meanwhile(folder.path()));
    const auto run = take_previous_run(at(130s), folder.path());
    CHECK(run.result == "watchdog");
    CHECK(run.away == core::Duration(30s));
    CHECK(run.locked_meanwhile == 2);
    CHECK_FALSE(has("last-result"));
    CHECK_FALSE(locked_meanwhile(folder.path()));
    const auto again = take_previous_run(at(131s), folder.path());
    CHECK(again.result.empty());
    CHECK_FALSE(again.away);
    CHECK(again.locked_meanwhile == 0);
}

TEST_CASE_METHOD(Run, "what others could have written there is tolerated and removed") {
    write("locked-meanwhile", "many\n");
    for (const char* text : {"", "watchdog\n", "watchdog x\n", "\x1b[31m 5\n", "signal -5\n",
                             "signal 5 6\n", "signal 99999999999999\n", " 5\n", "signal 5"}) {
        INFO(text);
        write("last-result", text);
        const auto run = take_previous_run(at(130s), folder.path());
        CHECK(run.result.empty());
        CHECK_FALSE(run.away);
        CHECK(run.locked_meanwhile == 0);
        CHECK_FALSE(has("last-result"));
        CHECK_FALSE(has("locked-meanwhile"));
    }
}

TEST_CASE_METHOD(Run, "an end in the future tells its result, and no time away") {
    write("last-result", "signal 200000\n");
    const auto run = take_previous_run(at(100s), folder.path());
    CHECK(run.result == "signal");
    CHECK_FALSE(run.away);
}

}  // namespace vaktpost::test
