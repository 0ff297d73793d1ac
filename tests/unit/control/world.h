// SPDX-License-Identifier: GPL-3.0-or-later
// A control socket that is served in the test's own loop, and clients of it.
#pragma once

#include <grp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "agent/control/server.h"
#include "platform/base/clock.h"
#include "platform/base/unique_fd.h"

namespace vaktpost {

using namespace std::chrono_literals;

inline constexpr gid_t reviewers = 60'002;
inline constexpr gid_t operators = 60'004;
inline constexpr uid_t colleague = 60'001;
inline constexpr uid_t link_user = 60'005;

inline platform::UniqueFd connect_to(const std::string& path) {
    platform::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fd.reset();
    return fd;
}

// A served socket in a folder of its own, with an agent behind it that only takes notes.
struct World {
    std::string folder = "/tmp/vaktpost-control-XXXXXX";
    boost::asio::io_context io;
    std::vector<std::string> notes;
    core::State state;
    core::Policy policy;
    std::unique_ptr<control::Server> server;

    explicit World(control::ServerLimits limits = {}) {
        REQUIRE(::mkdtemp(folder.data()) != nullptr);
        std::filesystem::permissions(folder, std::filesystem::perms(0755));
        server = std::make_unique<control::Server>(
            io, path(), control::Privileged{reviewers, operators, link_user}, hooks(), limits);
        REQUIRE(server->start());
        for (const std::string id : {"2", "3"}) open(id, ::geteuid());
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World() {
        server.reset();
        io.restart();
        io.poll();
        std::filesystem::remove_all(folder);
    }

    [[nodiscard]] std::string path() const { return folder + "/control.sock"; }

    void open(const std::string& id, uid_t uid) {
        core::Session session;
        session.info = {{id}, uid, "nurse", {"seat0"}, core::SessionClass::graphical, false};
        state.sessions[{id}] = session;
    }

    control::Hooks hooks() {
        control::Hooks hooks;
        hooks.status = [](bool full) {
            return full ? R"({"state":"armed","sessions":[]})" : R"({"state":"armed"})";
        };
        hooks.view = [this] { return control::View{state, policy}; };
        hooks.lockers = [] { return control::Lockers{{"swaylock", "-f"}, {"i3lock"}}; };
        hooks.events = [this](const core::Event& event) { note(event); };
        hooks.locker_claimed = [this](const core::SessionId& session, uid_t uid, pid_t process) {
            notes.push_back("claimed " + session.value + " " + std::to_string(uid) + " " +
                            std::to_string(process));
        };
        hooks.locker_unlocked = [this](const core::SessionId& session) {
            notes.push_back("locker unlocked " + session.value);
        };
        hooks.acknowledged = [this](const control::Acknowledgement& place) {
            notes.push_back("acknowledged " + std::to_string(place.epoch) + " " +
                            std::to_string(place.seq));
        };
        hooks.link_reported = [this](const control::LinkReport& report) {
            notes.push_back("link " + report.state + " " + report.cause + " " + report.receiver);
        };
        return hooks;
    }

    void note(const core::Event& event) {
        std::visit([this](const auto& each) { note_of(each); }, event);
    }
    void note_of(const core::SessionLocked& event) {
        notes.push_back("locked " + event.id.value + " " + word(event.witness));
    }
    void note_of(const core::SessionUnlocked& event) {
        notes.push_back("unlocked " + event.id.value + " " + word(event.witness));
    }
    void note_of(const core::WitnessLost& event) {
        notes.push_back("lost " + event.id.value + " " + word(event.witness));
    }
    void note_of(const core::LockChecked& event) {
        notes.push_back("checked " + event.id.value + " " + word(event.means));
    }
    void note_of(const core::LockerFailed& event) {
        notes.push_back("failed " + event.id.value + " " + event.cause);
    }
    void note_of(const core::LockSignalled& event) {
        notes.push_back("signalled " + event.id.value + " " + word(event.step) +
                        (event.ok ? " ok" : " not"));
    }
    void note_of(const core::SignedOut& event) {
        notes.push_back("signed out " + event.id.value + (event.ok ? " ok" : " " + event.cause));
    }
    void note_of(const core::HoldRequested& event) {
        notes.push_back("hold " + event.id.value + " " + event.reason);
        state.seats[{"seat0"}].hold_until = platform::now() + 900s;
    }
    void note_of(const core::ExceptionRequested& event) {
        notes.push_back("allow " + event.device.value + " " +
                        std::to_string(event.time / std::chrono::seconds(1)) + " " + event.reason +
                        " " + word(event.by));
        const auto& device = state.usb[event.device].device;
        core::UsbException given;
        given.id = {"exception.0001"};
        given.vendor = device.vendor;
        given.product = device.product;
        given.until = std::chrono::hours(20'869 * 24);  // 2027-02-20
        state.exceptions = {given};
    }
    void note_of(const core::SleepComing&) { notes.emplace_back("sleep"); }
    void note_of(const core::SleepOver&) { notes.emplace_back("awake"); }
    template <class Other>
    void note_of(const Other&) {
        notes.emplace_back("something else");
    }

    template <class Enum>
    static std::string word(Enum value) {
        return std::string(core::to_string(value));
    }

    // Serves until the condition holds; false: it never did.
    template <class Condition>
    bool serve_until(Condition condition) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            io.restart();
            io.run_for(2ms);
        }
        return true;
    }
};

struct Client {
    World& world;
    platform::UniqueFd fd;
    std::string input;

    explicit Client(World& served) : world(served), fd(connect_to(served.path())) { REQUIRE(fd); }

    void say(const std::string& text) const {
        REQUIRE(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(text.size()));
    }

    // The next line from the agent; "(closed)" when it hung up.
    std::string hear() {
        bool closed = false;
        const bool heard = world.serve_until([&] {
            std::array<char, 4096> piece{};
            const ssize_t got = ::recv(fd.get(), piece.data(), piece.size(), MSG_DONTWAIT);
            if (got > 0) input.append(piece.data(), static_cast<std::size_t>(got));
            closed = closed || got == 0 || (got < 0 && errno != EAGAIN);
            return closed || input.find('\n') != std::string::npos;
        });
        if (!heard) return "(nothing)";
        const auto end = input.find('\n');
        if (end == std::string::npos) return "(closed)";
        const std::string line = input.substr(0, end);
        input.erase(0, end + 1);
        return line;
    }

    std::string ask(const std::string& line) {
        say(line + "\n");
        return hear();
    }
};

using Notes = std::vector<std::string>;

inline const std::string done = R"({"ok":true})";
inline const std::string registered =
    R"({"ok":true,"locker":{"wayland":["swaylock","-f"],"x11":["i3lock"]}})";

// Runs `work` as another user while the agent serves; its exit status.
template <class Work>
int as_user(World& world, uid_t user, const std::vector<gid_t>& groups, Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setgroups(groups.size(), groups.data()) != 0 || ::setgid(user) != 0 ||
            ::setuid(user) != 0)
            ::_exit(200);
        ::_exit(work());
    }
    int status = 0;
    CHECK(world.serve_until([&] { return ::waitpid(child, &status, WNOHANG) == child; }));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

template <class Work>
int as_colleague(World& world, const std::vector<gid_t>& groups, Work work) {
    return as_user(world, colleague, groups, work);
}

inline std::string blocking_ask(int fd, const std::string& line) {
    if (::send(fd, line.data(), line.size(), MSG_NOSIGNAL) < 0) return "(closed)";
    std::array<char, 4096> answer{};
    const ssize_t got = ::recv(fd, answer.data(), answer.size(), 0);
    return got > 0 ? std::string(answer.data(), static_cast<std::size_t>(got)) : "(closed)";
}

}  // namespace vaktpost
