// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/agent_link.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/base/unique_fd.h"

using vaktpost::curtain::AgentLink;
using vaktpost::platform::UniqueFd;

namespace {

const std::string register_2 = R"({"op":"curtain","session":"2"})";
const std::string locked_2 = R"({"op":"locked","session":"2","witness":"curtain"})";
const std::string unlocked_2 = R"({"op":"unlocked","session":"2","witness":"curtain"})";

// The agent's end, in a folder of its own, and the loop that both share.
struct AgentStage {
    AgentStage() {
        char name[] = "/tmp/curtain-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        folder = name;
        REQUIRE(sd_event_new(&loop) >= 0);
    }
    ~AgentStage() {
        sd_event_unref(loop);
        std::filesystem::remove_all(folder);
    }
    AgentStage(const AgentStage&) = delete;
    AgentStage& operator=(const AgentStage&) = delete;

    [[nodiscard]] std::string path() const { return folder + "/control.sock"; }

    void listen() {
        ::unlink(path().c_str());
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path().copy(address.sun_path, sizeof address.sun_path - 1);
        listener.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        REQUIRE(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address),
                       sizeof address) == 0);
        REQUIRE(::listen(listener.get(), 4) == 0);
    }

    // Runs the loop until the agent has got so many lines in all.
    void until(std::size_t count) {
        for (int round = 0; round < 600 && lines.size() < count; ++round) {
            REQUIRE(sd_event_run(loop, 10'000) >= 0);
            take();
        }
        REQUIRE(lines.size() == count);
    }

    void take() {
        const int fresh = ::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fresh >= 0) peer.reset(fresh);
        char bytes[1024];
        ssize_t got = 0;
        while (peer && (got = ::read(peer.get(), bytes, sizeof bytes)) > 0)
            text.append(bytes, static_cast<std::size_t>(got));
        for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
            lines.push_back(text.substr(0, end));
            text.erase(0, end + 1);
        }
    }

    void answer(const std::string& line) {
        REQUIRE(::send(peer.get(), line.data(), line.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(line.size()));
    }

    std::string folder;
    sd_event* loop = nullptr;
    UniqueFd listener;
    UniqueFd peer;
    std::string text;
    std::vector<std::string> lines;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(AgentStage, "the agent hears of the curtain, its lock and its end in that order") {
    listen();
    AgentLink link(loop, "2", path());
    link.start();
    link.covered();
    link.uncovered();
    until(3);
    CHECK(lines == Lines{register_2, locked_2, unlocked_2});
}

TEST_CASE_METHOD(AgentStage, "what was said last is still read when the curtain has gone") {
    listen();
    {
        AgentLink link(loop, "2", path());
        link.start();
        link.covered();
        link.uncovered();
    }
    take();
    CHECK(lines == Lines{register_2, locked_2, unlocked_2});
}

TEST_CASE_METHOD(AgentStage, "an agent that comes later is told what is so") {
    AgentLink link(loop, "2", path());
    link.start();
    link.covered();
    listen();
    until(2);
    CHECK(lines == Lines{register_2, locked_2});
}

TEST_CASE_METHOD(AgentStage, "an agent that was started again is told once more") {
    listen();
    AgentLink link(loop, "2", path());
    link.start();
    link.covered();
    until(2);
    answer("{\"ok\":true}\n{\"ok\":true}\n");
    peer.reset();
    until(4);
    CHECK(lines == Lines{register_2, locked_2, register_2, locked_2});
}

TEST_CASE_METHOD(AgentStage, "an agent that refuses is asked again") {
    listen();
    AgentLink link(loop, "2", path());
    link.start();
    until(1);
    answer("{\"ok\":false,\"error\":\"no such session\"}\n");
    until(2);
    CHECK(lines == Lines{register_2, register_2});
}
