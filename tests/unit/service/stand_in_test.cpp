// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "platform/service/agent_socket.h"
#include "platform/service/lockers.h"
#include "tests/unit/base/temporary_folder.h"

namespace vaktpost::test {

namespace {

using namespace vaktpost::platform;

struct Proc {
    TemporaryFolder folder;

    void process(const std::string& number, const std::string& name, const std::string& uid,
                 const std::string& label = "unconfined\n", const std::string& state = "S") const {
        const auto path = folder / number;
        std::filesystem::create_directories(path / "attr");
        std::ofstream(path / "comm") << name << "\n";
        std::ofstream(path / "attr" / "current") << label;
        std::ofstream(path / "status") << "Name:\t" << name << "\nState:\t" << state
                                       << " (x)\nUid:\t" << uid << "\t0\t0\t0\nGid:\t0\n";
    }
    [[nodiscard]] bool locked(std::uint32_t uid) const { return locker_runs(uid, folder.path()); }
};

}  // namespace

TEST_CASE_METHOD(Proc, "a locker of that user is found by its name or its profile") {
    process("10", "bash", "1000");
    CHECK_FALSE(locked(1000));
    process("11", "swaylock", "1000");
    CHECK(locked(1000));
    CHECK_FALSE(locked(100));
    CHECK_FALSE(locked(0));
    process("12", "some-locker", "1001", "vaktpost-locker (enforce)\n");
    CHECK(locked(1001));
}

TEST_CASE_METHOD(Proc, "a dead locker, half a process and other entries are none") {
    process("11", "swaylock", "1000", "unconfined\n", "Z");
    std::filesystem::create_directory(folder / "12");
    std::filesystem::create_directory(folder / "self");
    process("x13", "swaylock", "1000");
    process("14", "swaylock", "");
    CHECK_FALSE(locked(1000));
    CHECK_FALSE(locker_runs(1000, folder / "nowhere"));
}

TEST_CASE("an answer of the agent's is one JSON object, and only true is true") {
    CHECK(parse_agent_answer(R"({"ok":true,"locked":true})")->locked);
    CHECK(parse_agent_answer(R"({"ok":true,"locked":true})")->ok);
    CHECK_FALSE(parse_agent_answer(R"({"ok":true})")->locked);
    CHECK_FALSE(parse_agent_answer(R"({"ok":1,"locked":"true"})")->ok);
    CHECK_FALSE(parse_agent_answer(R"({"ok":1,"locked":"true"})")->locked);
    for (const char* line : {"", "true", "[]", "{", R"({"ok":true,"ok":true})", "{} x", "\xff"})
        CHECK_FALSE(parse_agent_answer(line));
}

TEST_CASE("nobody answers where there is no socket") {
    const TemporaryFolder folder;
    CHECK_FALSE(ask_agent(folder / "control.sock", "{}\n", std::chrono::seconds(1)));
    CHECK_FALSE(ask_agent(std::string(200, 'x'), "{}\n", std::chrono::seconds(1)));
}

}  // namespace vaktpost::test
