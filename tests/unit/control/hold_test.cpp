// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/hold.h"

#include "tests/unit/control/world.h"

using namespace vaktpost;

namespace {

const std::string hold_2 = R"({"op":"hold","session":"2","reason":"patient"})";
const std::string held_2 = R"({"ok":true,"session":"2","seconds":900})";

std::string refusal(const std::string& why) {
    return R"({"ok":false,"error":")" + why + "\"}";
}

}  // namespace

TEST_CASE("a hold is asked for with a reason of the policy's and answered with its time") {
    World world;
    Client client(world);
    CHECK(client.ask(hold_2) == held_2);
    CHECK(world.notes == Notes{"hold 2 patient"});
}

TEST_CASE("another reason is refused with those there are, before anything is made of it") {
    World world;
    Client client(world);
    CHECK(client.ask(R"({"op":"hold","session":"2","reason":"the patient in bed 7"})") ==
          R"({"ok":false,"error":"no such reason","reasons":["patient","procedure","other"]})");
    world.policy.session.hold_reasons.clear();
    CHECK(client.ask(hold_2) == R"({"ok":false,"error":"no such reason","reasons":[]})");
    CHECK(world.notes.empty());
}

TEST_CASE("without a session the one in front is held, if there is one") {
    World world;
    Client client(world);
    const std::string hold = R"({"op":"hold","reason":"other"})";
    CHECK(client.ask(hold) == refusal("this user has no session in front: name one"));
    world.state.sessions[{"2"}].info.active = true;
    CHECK(client.ask(hold) == held_2);
    world.state.sessions[{"3"}].info.active = true;
    CHECK(client.ask(hold) == refusal("this user has several sessions in front: name one"));
}

TEST_CASE("what has no screen of its own is not in front") {
    World world;
    auto& info = world.state.sessions[{"2"}].info;
    info.active = true;
    info.session_class = core::SessionClass::remote;
    CHECK_FALSE(control::session_to_hold(world.state, info.uid, std::nullopt));
    info.session_class = core::SessionClass::text;
    CHECK(control::session_to_hold(world.state, info.uid, std::nullopt));
    info.seat = {};
    CHECK_FALSE(control::session_to_hold(world.state, info.uid, std::nullopt));
}

TEST_CASE("only the session's own user and root may speak for it") {
    core::State state;
    state.sessions[{"2"}].info.uid = 1000;
    CHECK(control::may_speak_for(state, 1000, {"2"}));
    CHECK(control::may_speak_for(state, 0, {"2"}));
    CHECK_FALSE(control::may_speak_for(state, 1001, {"2"}));
    CHECK_FALSE(control::may_speak_for(state, 0, {"3"}));
    CHECK(control::session_to_hold(state, 1001, core::SessionId{"2"}).error().detail ==
          control::session_to_hold(state, 1001, core::SessionId{"9"}).error().detail);
}

TEST_CASE("a screen that is not held in the end is not said to be") {
    World world;
    world.state.sessions[{"2"}].info.seat = {"seat1"};
    Client client(world);
    CHECK(client.ask(hold_2) == refusal("this screen is not open, or not one that locks"));
}

TEST_CASE("one user cannot fill the log with holds") {
    control::ServerLimits limits;
    limits.hold_pause = 1h;
    World world(limits);
    Client client(world);
    CHECK(client.ask(hold_2) == held_2);
    CHECK(client.ask(hold_2) == refusal("asked for a moment ago already"));
    CHECK(world.notes.size() == 1);
}

TEST_CASE("a curtain that covers is a witness, and goes with its connection") {
    if (::geteuid() != 0) {
        WARN("skipped: a curtain is root's");
        return;
    }
    World world;
    {
        Client curtain(world);
        CHECK(curtain.ask(R"({"op":"curtain","session":"2"})") == done);
        CHECK(curtain.ask(R"({"op":"locked","session":"2","witness":"saver"})") ==
              refusal("not the program of this session"));
        CHECK(curtain.ask(R"({"op":"locked","session":"2","witness":"curtain"})") == done);
    }
    CHECK(world.serve_until([&] { return world.notes.size() > 1; }));
    CHECK(world.notes == Notes{"locked 2 curtain", "lost 2 curtain"});
}

TEST_CASE("a curtain that was opened with the password leaves without a trace") {
    if (::geteuid() != 0) {
        WARN("skipped: a curtain is root's");
        return;
    }
    World world;
    {
        Client curtain(world);
        curtain.ask(R"({"op":"curtain","session":"2"})");
        curtain.ask(R"({"op":"locked","session":"2","witness":"curtain"})");
        CHECK(curtain.ask(R"({"op":"unlocked","session":"2","witness":"curtain"})") == done);
    }
    Client next(world);
    CHECK(next.ask(R"({"op":"curtain","session":"2"})") == done);
    CHECK(world.notes == Notes{"locked 2 curtain", "unlocked 2 curtain"});
}

TEST_CASE("the machine asks before it sleeps and is told whether it may") {
    if (::geteuid() != 0) {
        WARN("skipped: sleep is root's");
        return;
    }
    World world;
    Client unit(world);
    world.state.sleep_asked = core::Instant{};
    CHECK(unit.ask(R"({"op":"sleep"})") == R"({"ok":true,"locked":false})");
    world.state.sleep_asked.reset();
    CHECK(unit.ask(R"({"op":"sleep"})") == R"({"ok":true,"locked":true})");
    CHECK(unit.ask(R"({"op":"awake"})") == done);
    CHECK(world.notes == Notes{"sleep", "sleep", "awake"});
}

TEST_CASE("nobody but root covers a screen or speaks of sleep, and nobody else's session is held") {
    if (::geteuid() != 0) {
        WARN("skipped: taking on other users takes root");
        return;
    }
    World world;
    world.open("4", colleague);
    const auto refused = [&](const std::string& line) {
        return as_colleague(world, {}, [&] {
            const auto fd = connect_to(world.path());
            return blocking_ask(fd.get(), line + "\n").starts_with(R"({"ok":false)") ? 1 : 0;
        });
    };
    for (const std::string line :
         {R"({"op":"curtain","session":"4"})", R"({"op":"sleep"})", R"({"op":"awake"})",
          R"({"op":"hold","session":"2","reason":"patient"})",
          R"({"op":"session","session":"2"})"}) {
        CAPTURE(line);
        CHECK(refused(line) == 1);
    }
    CHECK(world.notes.empty());
    CHECK(refused(R"({"op":"hold","session":"4","reason":"patient"})") == 0);
    CHECK(refused(R"({"op":"session","session":"4"})") == 0);
    CHECK(world.notes == Notes{"hold 4 patient"});
}
