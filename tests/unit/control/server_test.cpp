// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/server.h"

#include <sys/stat.h>

#include "tests/unit/control/world.h"

using namespace vaktpost;
using control::Server;
using control::ServerLimits;

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
    CHECK(program.ask(R"({"op":"locked","session":"2","witness":"saver"})") == done);
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
    program.ask(R"({"op":"locked","session":"2","witness":"saver"})");
    world.notes.clear();
    CHECK(world.serve_until([&] {
        for (int i = 0; i < 1000; ++i)
            world.server->notify({{"2"}, core::Notice::idle_warning, "00A7", {}, {}});
        return !world.notes.empty();
    }));
    CHECK(world.notes == Notes{"lost 2 saver"});
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
    Server second(world.io, world.path(), {reviewers, {}, {}}, hooks);
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
    Server third(world.io, stale, {reviewers, {}, {}}, hooks);
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
