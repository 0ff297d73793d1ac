// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/control/world.h"

using namespace vaktpost;

TEST_CASE("a session program learns its lockers and its words become events") {
    World world;
    Client program(world);
    CHECK(program.ask(R"({"op":"session","session":"2"})") == registered);
    for (const std::string line : {R"({"op":"checked","session":"2","means":"desktop"})",
                                   R"({"op":"locked","session":"2","witness":"saver"})",
                                   R"({"op":"unlocked","session":"2","witness":"saver"})",
                                   R"({"op":"locker_failed","session":"2","cause":"gone"})"})
        CHECK(program.ask(line) == done);
    CHECK(world.notes ==
          Notes{"checked 2 desktop", "locked 2 saver", "unlocked 2 saver", "failed 2 gone"});
}

TEST_CASE("the word of a session program about a locker is no witness: somebody looks") {
    World world;
    Client program(world);
    program.ask(R"({"op":"session","session":"2"})");
    CHECK(program.ask(R"({"op":"locked","session":"2","witness":"locker","pid":77})") == done);
    CHECK(program.ask(R"({"op":"unlocked","session":"2","witness":"locker"})") == done);
    CHECK(world.notes ==
          Notes{"claimed 2 " + std::to_string(::geteuid()) + " 77", "locker unlocked 2"});
}

TEST_CASE("nobody speaks for a session that is not theirs") {
    World world;
    Client program(world);
    const std::string locked_2 = R"({"op":"locked","session":"2","witness":"saver"})";
    CHECK(program.ask(locked_2) == R"({"ok":false,"error":"not the program of this session"})");
    CHECK(program.ask(R"({"op":"session","session":"9"})") ==
          R"({"ok":false,"error":"not a session of this user"})");
    CHECK(program.ask(R"({"op":"session","session":"2"})") == registered);
    CHECK(program.ask(R"({"op":"session","session":"3"})") ==
          R"({"ok":false,"error":"already registered"})");
    CHECK(program.ask(R"({"op":"curtain","session":"3"})") ==
          R"({"ok":false,"error":"already registered"})");
    for (const std::string line : {R"({"op":"unlocked","session":"3","witness":"saver"})",
                                   R"({"op":"checked","session":"3","means":"none"})",
                                   R"({"op":"locked","session":"2","witness":"curtain"})",
                                   R"({"op":"signed_out","session":"3","ok":true})"})
        CHECK(program.ask(line) == R"({"ok":false,"error":"not the program of this session"})");
    CHECK(world.notes.empty());
}

TEST_CASE("a session program that goes takes the word of the screen saver with it") {
    World world;
    {
        Client program(world);
        program.ask(R"({"op":"session","session":"2"})");
        program.ask(R"({"op":"locked","session":"2","witness":"saver"})");
    }
    CHECK(world.serve_until([&] { return world.notes.size() > 1; }));
    CHECK(world.notes == Notes{"locked 2 saver", "lost 2 saver"});
}

TEST_CASE("a session program that goes takes nothing else with it") {
    World world;
    {
        Client program(world);
        program.ask(R"({"op":"session","session":"2"})");
        program.ask(R"({"op":"locked","session":"2","witness":"locker","pid":77})");
        program.ask(R"({"op":"locked","session":"2","witness":"saver"})");
        program.ask(R"({"op":"unlocked","session":"2","witness":"saver"})");
        world.notes.clear();
    }
    Client next(world);
    CHECK(next.ask(R"({"op":"session","session":"2"})") == registered);
    CHECK(world.notes.empty());
}

TEST_CASE("a new session program takes the place of the old one, whose word no longer counts") {
    World world;
    Client old_program(world);
    old_program.ask(R"({"op":"session","session":"2"})");
    old_program.ask(R"({"op":"locked","session":"2","witness":"saver"})");
    Client new_program(world);
    CHECK(new_program.ask(R"({"op":"session","session":"2"})") == registered);
    CHECK(old_program.hear() == "(closed)");
    CHECK(world.notes == Notes{"locked 2 saver", "lost 2 saver"});
    CHECK(new_program.ask(R"({"op":"locked","session":"2","witness":"saver"})") == done);
}

TEST_CASE("a locker is started by the program of its session, and the step is signalled") {
    World world;
    Client program(world);
    program.ask(R"({"op":"session","session":"2"})");
    world.server->start_locker({"2"});
    world.server->start_locker({"3"});
    CHECK(world.notes.empty());
    CHECK(program.hear() == R"({"do":"lock","session":"2"})");
    CHECK(world.serve_until([&] { return world.notes.size() == 2; }));
    CHECK(world.notes == Notes{"signalled 2 own_locker ok", "signalled 3 own_locker not"});
}

TEST_CASE("a sign-out command is passed on, and how it ended is told once") {
    World world;
    Client program(world);
    program.ask(R"({"op":"session","session":"2"})");
    world.server->sign_out({{"2"}, {"/usr/bin/x", "a"}});
    CHECK(program.hear() == R"({"do":"sign_out","session":"2","command":["/usr/bin/x","a"]})");
    CHECK(program.ask(R"({"op":"signed_out","session":"2","ok":false,"cause":"status"})") == done);
    CHECK(program.ask(R"({"op":"signed_out","session":"2","ok":true})") ==
          R"({"ok":false,"error":"nothing was to be signed out of"})");
    CHECK(world.notes == Notes{"signed out 2 status"});
}

TEST_CASE("a sign-out that nobody hears, or whose program goes, has not happened") {
    World world;
    world.server->sign_out({{"3"}, {"/usr/bin/x"}});
    CHECK(world.notes.empty());
    {
        Client program(world);
        program.ask(R"({"op":"session","session":"2"})");
        world.server->sign_out({{"2"}, {"/usr/bin/x"}});
        program.hear();
    }
    CHECK(world.serve_until([&] { return world.notes.size() == 2; }));
    CHECK(world.notes == Notes{"signed out 3 exec", "signed out 2 exec"});
}

TEST_CASE("a notice reaches the program of its session and nobody else") {
    World world;
    Client second(world);
    Client third(world);
    second.ask(R"({"op":"session","session":"2"})");
    third.ask(R"({"op":"session","session":"3"})");
    world.server->notify({{"2"}, core::Notice::idle_warning, "00A7", platform::now() + 4900ms, {}});
    world.server->notify({{"7"}, core::Notice::idle_warning, "00A8", {}, {}});
    CHECK(second.hear() == R"({"notice":"idle_warning","session":"2","code":"00A7","seconds":5})");
    CHECK(third.ask(R"({"op":"locked","session":"3","witness":"saver"})") == done);
}
