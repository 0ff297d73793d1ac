// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/server.h"

#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>

#include "platform/base/clock.h"
#include "platform/base/unique_fd.h"

using namespace vaktpost;
using namespace std::chrono_literals;
using control::Server;
using control::ServerLimits;

namespace {

namespace fs = std::filesystem;

constexpr gid_t reviewers = 60'002;
constexpr uid_t colleague = 60'001;

platform::UniqueFd connect_to(const std::string& path) {
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
    std::unique_ptr<Server> server;

    explicit World(ServerLimits limits = {}) {
        REQUIRE(::mkdtemp(folder.data()) != nullptr);
        fs::permissions(folder, fs::perms(0755));
        server = std::make_unique<Server>(io, path(), reviewers, hooks(), limits);
        REQUIRE(server->start());
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World() {
        server.reset();
        io.restart();
        io.poll();
        fs::remove_all(folder);
    }

    [[nodiscard]] std::string path() const { return folder + "/control.sock"; }

    control::Hooks hooks() {
        control::Hooks hooks;
        hooks.status = [](bool full) {
            return full ? R"({"state":"armed","sessions":[]})" : R"({"state":"armed"})";
        };
        hooks.admit_session_program = [](std::uint32_t, const core::SessionId& session) {
            return session.value == "9"
                       ? std::nullopt
                       : std::optional(control::Lockers{{"swaylock", "-f"}, {"i3lock"}});
        };
        hooks.events = [this](const core::Event& event) {
            if (const auto* locked = std::get_if<core::SessionLocked>(&event))
                notes.push_back("locked " + locked->id.value + " " +
                                std::string(core::to_string(locked->witness)));
            if (const auto* unlocked = std::get_if<core::SessionUnlocked>(&event))
                notes.push_back("unlocked " + unlocked->id.value);
        };
        hooks.locker_failed = [this](const core::SessionId& session, const std::string& cause) {
            notes.push_back("failed " + session.value + " " + cause);
        };
        hooks.session_program_lost = [this](const core::SessionId& session) {
            notes.push_back("lost " + session.value);
        };
        return hooks;
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

const std::string registered =
    R"({"ok":true,"locker":{"wayland":["swaylock","-f"],"x11":["i3lock"]}})";

// Runs `work` as another user while the agent serves; its exit status.
template <class Work>
int as_colleague(World& world, const std::vector<gid_t>& groups, Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setgroups(groups.size(), groups.data()) != 0 || ::setgid(colleague) != 0 ||
            ::setuid(colleague) != 0)
            ::_exit(200);
        ::_exit(work());
    }
    int status = 0;
    CHECK(world.serve_until([&] { return ::waitpid(child, &status, WNOHANG) == child; }));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string blocking_ask(int fd, const std::string& line) {
    if (::send(fd, line.data(), line.size(), MSG_NOSIGNAL) < 0) return "(closed)";
    std::array<char, 4096> answer{};
    const ssize_t got = ::recv(fd, answer.data(), answer.size(), 0);
    return got > 0 ? std::string(answer.data(), static_cast<std::size_t>(got)) : "(closed)";
}

}  // namespace

TEST_CASE("anybody can connect and ask for the status") {
    World world;
    struct stat status {};
    REQUIRE(::stat(world.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0666);
    Client client(world);
    const std::string answer = client.ask(R"({"op":"status"})");
    CHECK(answer.starts_with(R"({"ok":true,"status":{"state":"armed")"));
}

TEST_CASE("session and device details are for root and reviewers") {
    if (::geteuid() != 0) {
        WARN("skipped: taking on other users takes root");
        return;
    }
    World world;
    const auto sees_sessions = [&] {
        const auto fd = connect_to(world.path());
        return blocking_ask(fd.get(), "{\"op\":\"status\"}\n").find("sessions") != std::string::npos
                   ? 1
                   : 0;
    };
    CHECK(as_colleague(world, {}, sees_sessions) == 0);
    CHECK(as_colleague(world, {60'003}, sees_sessions) == 0);
    CHECK(as_colleague(world, {60'003, reviewers}, sees_sessions) == 1);
    Client root(world);
    CHECK(root.ask(R"({"op":"status"})").find("sessions") != std::string::npos);
}

TEST_CASE("a session program learns its lockers and its words become events") {
    World world;
    Client program(world);
    CHECK(program.ask(R"({"op":"session","session":"2"})") == registered);
    CHECK(program.ask(R"({"op":"locked","session":"2"})") == R"({"ok":true})");
    CHECK(program.ask(R"({"op":"unlocked","session":"2"})") == R"({"ok":true})");
    CHECK(program.ask(R"({"op":"locker_failed","session":"2","cause":"gone"})") ==
          R"({"ok":true})");
    CHECK(world.notes ==
          std::vector<std::string>{"locked 2 locker", "unlocked 2", "failed 2 gone"});
}

TEST_CASE("nobody speaks for a session that is not theirs") {
    World world;
    Client program(world);
    CHECK(program.ask(R"({"op":"locked","session":"2"})") ==
          R"({"ok":false,"error":"not the program of this session"})");
    CHECK(program.ask(R"({"op":"session","session":"9"})") ==
          R"({"ok":false,"error":"not a session of this user"})");
    CHECK(program.ask(R"({"op":"session","session":"2"})") == registered);
    CHECK(program.ask(R"({"op":"session","session":"3"})") ==
          R"({"ok":false,"error":"already registered"})");
    CHECK(program.ask(R"({"op":"unlocked","session":"3"})") ==
          R"({"ok":false,"error":"not the program of this session"})");
    CHECK(world.notes.empty());
}

TEST_CASE("a session program that goes is reported lost") {
    World world;
    {
        Client program(world);
        program.ask(R"({"op":"session","session":"2"})");
    }
    CHECK(world.serve_until([&] { return !world.notes.empty(); }));
    CHECK(world.notes == std::vector<std::string>{"lost 2"});
}

TEST_CASE("a new session program takes the place of the old one, whose word no longer counts") {
    World world;
    Client old_program(world);
    old_program.ask(R"({"op":"session","session":"2"})");
    Client new_program(world);
    CHECK(new_program.ask(R"({"op":"session","session":"2"})") == registered);
    CHECK(old_program.hear() == "(closed)");
    CHECK(world.notes == std::vector<std::string>{"lost 2"});
    CHECK(new_program.ask(R"({"op":"locked","session":"2"})") == R"({"ok":true})");
}

TEST_CASE("a notice reaches the program of its session and nobody else") {
    World world;
    Client second(world);
    Client third(world);
    second.ask(R"({"op":"session","session":"2"})");
    third.ask(R"({"op":"session","session":"3"})");
    world.server->notify({{"2"}, core::Notice::idle_warning, "00A7", platform::now() + 4900ms});
    world.server->notify({{"7"}, core::Notice::idle_warning, "00A8", {}});
    CHECK(second.hear() == R"({"notice":"idle_warning","session":"2","code":"00A7","seconds":5})");
    CHECK(third.ask(R"({"op":"locked","session":"3"})") == R"({"ok":true})");
}

TEST_CASE("lines are answered in order however they arrive") {
    World world;
    Client client(world);
    client.say("{\"op\":\"sta");
    world.io.run_for(5ms);
    client.say("tus\"}\n{\"op\":\"nonsense\"}\n{\"op\":\"status\"}\n");
    CHECK(client.hear().starts_with(R"({"ok":true)"));
    CHECK(client.hear() == R"({"ok":false,"error":"unknown op"})");
    CHECK(client.hear().starts_with(R"({"ok":true)"));
}

TEST_CASE("what is no JSON is answered once, then the agent hangs up") {
    World world;
    Client client(world);
    CHECK(client.ask("GET / HTTP/1.1") == R"({"ok":false,"error":"not a JSON object"})");
    CHECK(client.hear() == "(closed)");
}

TEST_CASE("a line that never ends is refused and dropped") {
    World world;
    Client client(world);
    client.say(std::string(6000, 'x'));
    CHECK(client.hear() == R"({"ok":false,"error":"line too long"})");
    CHECK(client.hear() == "(closed)");
}

TEST_CASE("a line of exactly the longest length is read") {
    World world;
    Client client(world);
    std::string line = R"({"op":"status","x":")";
    line += std::string(control::longest_line - line.size() - 2, 'x') + "\"}";
    REQUIRE(line.size() == control::longest_line);
    CHECK(client.ask(line).starts_with(R"({"ok":true)"));
}

TEST_CASE("a visitor that says nothing is sent away, a session program may stay") {
    ServerLimits limits;
    limits.connection.visit = 30ms;
    World world(limits);
    Client program(world);
    program.ask(R"({"op":"session","session":"2"})");
    Client silent(world);
    CHECK(silent.hear() == "(closed)");
    CHECK(program.ask(R"({"op":"locked","session":"2"})") == R"({"ok":true})");
}

TEST_CASE("a client that floods is dropped") {
    World world;
    Client client(world);
    std::string flood;
    for (int i = 0; i < 60; ++i) flood += "{\"op\":\"status\"}\n";
    client.say(flood);
    int answers = 0;
    while (client.hear() != "(closed)") ++answers;
    CHECK(answers == 50);
}

TEST_CASE("a session program that does not read its notices is dropped") {
    ServerLimits limits;
    limits.connection.write = 50ms;
    limits.connection.queued_bytes = 64 << 10;
    World world(limits);
    Client program(world);
    program.ask(R"({"op":"session","session":"2"})");
    CHECK(world.serve_until([&] {
        for (int i = 0; i < 1000; ++i)
            world.server->notify({{"2"}, core::Notice::idle_warning, "00A7", {}});
        return !world.notes.empty();
    }));
    CHECK(world.notes == std::vector<std::string>{"lost 2"});
}

TEST_CASE("one user cannot take all connections") {
    if (::geteuid() != 0) {
        WARN("skipped: taking on other users takes root");
        return;
    }
    World world;
    const auto connections_served = [&] {
        std::vector<platform::UniqueFd> held;
        int served = 0;
        for (int i = 0; i < 20; ++i) {
            held.push_back(connect_to(world.path()));
            if (blocking_ask(held.back().get(), "{\"op\":\"status\"}\n") != "(closed)") ++served;
        }
        return served;
    };
    CHECK(as_colleague(world, {}, connections_served) == 8);
    Client root(world);
    CHECK(root.ask(R"({"op":"status"})").starts_with(R"({"ok":true)"));
}

TEST_CASE("too many connections are refused and those that are there go on") {
    ServerLimits limits;
    limits.connections = 3;
    World world(limits);
    Client first(world);
    Client second(world);
    Client third(world);
    for (Client* client : {&first, &second, &third})
        CHECK(client->ask(R"({"op":"status"})").starts_with(R"({"ok":true)"));
    Client fourth(world);
    CHECK(fourth.hear() == "(closed)");
    CHECK(first.ask(R"({"op":"status"})").starts_with(R"({"ok":true)"));
}

TEST_CASE("a storm of connections waits and is served later") {
    ServerLimits limits;
    limits.accepts_per_second = 5;
    World world(limits);
    for (int i = 0; i < 12; ++i) {
        Client client(world);
        CHECK(client.ask(R"({"op":"status"})").starts_with(R"({"ok":true)"));
    }
}

TEST_CASE("a socket that an agent left behind is taken over, one that is served is not") {
    World world;
    control::Hooks hooks = world.hooks();
    Server second(world.io, world.path(), reviewers, hooks);
    const auto started = second.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().detail == "another agent serves it");
    Client client(world);
    CHECK(client.ask(R"({"op":"status"})").starts_with(R"({"ok":true)"));

    const std::string stale = world.folder + "/stale.sock";
    {
        platform::UniqueFd left(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, stale.c_str(), sizeof address.sun_path - 1);
        REQUIRE(::bind(left.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
    }
    Server third(world.io, stale, reviewers, hooks);
    CHECK(third.start());
}

TEST_CASE("a path that cannot be bound is an error") {
    World world;
    CHECK_FALSE(Server(world.io, world.folder + "/none/control.sock", {}, world.hooks()).start());
    CHECK_FALSE(
        Server(world.io, world.folder + "/" + std::string(200, 'x'), {}, world.hooks()).start());
}

TEST_CASE("groups are looked up in the local file alone") {
    CHECK(control::local_group("root") == gid_t{0});
    CHECK_FALSE(control::local_group("no-such-group"));
}
