// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <random>
#include <thread>

#include "tests/unit/events/samples.h"
#include "tests/unit/events/temp_folder.h"

using namespace vaktpost;

namespace {

struct Child {
    pid_t pid = -1;
    int output = -1;
};

Child start_appender(const std::filesystem::path& folder) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::execl(VAKTPOST_EVENTS_APPENDER, VAKTPOST_EVENTS_APPENDER, folder.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    return {pid, ends[0]};
}

// However slow the machine is: until the child has acknowledged something.
void wait_for_first_acknowledgement(int output) {
    constexpr int longest_ms = 60'000;
    pollfd first{output, POLLIN, 0};
    REQUIRE(::poll(&first, 1, longest_ms) == 1);
}

// The last number of which the whole line came through.
core::Seq last_acknowledged(int output) {
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t got = 0; (got = ::read(output, piece.data(), piece.size())) > 0;)
        text.append(piece.data(), static_cast<std::size_t>(got));
    ::close(output);
    const auto end = text.rfind('\n');
    if (end == std::string::npos) return 0;
    const auto begin = text.rfind('\n', end - 1);
    return std::stoull(text.substr(begin == std::string::npos ? 0 : begin + 1, end));
}

}  // namespace

TEST_CASE(
    "after kill -9 at any moment every acknowledged record is there, once, and the chain holds") {
    const test::TempFolder folder;
    std::mt19937 random(20260301);
    std::uniform_int_distribution<int> moment(5, 120);
    core::Seq highest = 0;
    for (int round = 0; round < 20; ++round) {
        const Child child = start_appender(folder.path());
        const bool while_it_starts = round % 2 == 0;
        if (!while_it_starts) wait_for_first_acknowledgement(child.output);
        std::this_thread::sleep_for(std::chrono::milliseconds(moment(random)));
        ::kill(child.pid, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child.pid, &status, 0) == child.pid);
        REQUIRE(WIFSIGNALED(status));
        const core::Seq acknowledged = last_acknowledged(child.output);
        highest = std::max(highest, acknowledged);
        const auto stored = test::read_all(folder.path() / "events.db");
        INFO("round " << round << ", acknowledged " << acknowledged << ", stored "
                      << stored.size());
        REQUIRE(stored.size() >= highest);
        for (std::size_t i = 0; i < stored.size(); ++i)
            REQUIRE((stored[i].position == events::Position{1, i + 1}));
        REQUIRE(test::chain_holds(stored));
    }
    CHECK(highest > 0);
}
