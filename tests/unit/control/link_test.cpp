// SPDX-License-Identifier: GPL-3.0-or-later
// What vaktpost-link says.
#include "tests/unit/control/world.h"

using namespace vaktpost;

namespace {

constexpr auto acknowledged = R"({"op":"acknowledged","epoch":3,"seq":42})";

}  // namespace

TEST_CASE("the link tells what the centre has, and how it stands with it") {
    World world;
    Client client(world);
    CHECK(client.ask(acknowledged) == done);
    CHECK(
        client.ask(
            R"({"op":"link","state":"untrusted","cause":"receiver_name","receiver":"relp://[fd00::1]:20514"})") ==
        done);
    CHECK(world.notes ==
          Notes{"acknowledged 3 42", "link untrusted receiver_name relp://[fd00::1]:20514"});
}

TEST_CASE("nobody but the link's user and root says what the centre has") {
    if (::geteuid() != 0) return;
    World world;
    const auto ask = [&] {
        return blocking_ask(connect_to(world.path()).get(), std::string(acknowledged) + "\n")
                       .starts_with(done)
                   ? 1
                   : 0;
    };
    CHECK(as_colleague(world, {}, ask) == 0);
    CHECK(world.notes.empty());
    CHECK(as_user(world, link_user, {}, ask) == 1);
    CHECK(world.notes == Notes{"acknowledged 3 42"});
}

TEST_CASE("a place in the log that cannot be, and words that are none, are refused") {
    World world;
    Client client(world);
    for (const auto* line :
         {R"({"op":"acknowledged","epoch":0,"seq":1})", R"({"op":"acknowledged","epoch":1})",
          R"({"op":"acknowledged","epoch":1,"seq":18446744073709551615})",
          R"({"op":"acknowledged","epoch":1,"seq":-5})",
          R"({"op":"link","state":"","receiver":""})",
          R"({"op":"link","state":"two words","receiver":""})",
          R"({"op":"link","state":"refused","cause":"a b","receiver":""})",
          R"({"op":"link","state":"connected","receiver":"relp://a\u001b[31m"})"})
        CHECK(client.ask(line).starts_with(R"({"ok":false)"));
    CHECK(world.notes.empty());
}
