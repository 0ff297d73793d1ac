// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/event_line.h"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

using vaktpost::cli::event_line;

namespace {
boost::json::object parsed(const char* text) {
    return boost::json::parse(text).as_object();
}
}  // namespace

TEST_CASE("an event is one aligned line that says what matters") {
    CHECK(event_line(parsed(R"({"type":"usb.blocked","code":"0057","cause":12,"outcome":"enforced",
        "time":"2026-03-01T08:15:30.250Z","severity":"warning","rule":"phones-no-data",
        "session":{"id":"2","class":"graphical"},"data":{"device":"1-2","blocked":["0=06:01:01"],"decision_us":250}})")) ==
          "2026-03-01T08:15:30.250Z  warning  usb.blocked               0057 because=000C "
          "rule=phones-no-data "
          "session=2:graphical device=1-2 blocked=[\"0=06:01:01\"] decision_us=250");
}

TEST_CASE("a routine event shows the class of its session, an observed one that nothing was done") {
    CHECK(
        event_line(parsed(
            R"({"type":"card.removed","code":"0001","outcome":"observed","time":"t","severity":"info",
        "session":{"class":"graphical"},"data":{}})")) ==
        "t  info     card.removed              0001 outcome=observed session=graphical");
}

TEST_CASE("parts of a medium are shown one by one") {
    CHECK(
        event_line(parsed(
            R"({"type":"media.blocked","code":"0001","outcome":"enforced","time":"t","severity":"warning",
        "data":{"parts":[{"offset":512,"type":"vfat"},{"offset":4096,"type":"crypto_LUKS"}]}})")) ==
        "t  warning  media.blocked             0001 parts=[{offset=512 type=vfat} {offset=4096 "
        "type=crypto_LUKS}]");
}

TEST_CASE("a hostile record neither commands the terminal nor forges fields") {
    const std::string line = event_line(parsed(
        R"({"type":"usb.blocked rule=ok","code":"\u001b[2J","time":"t\nt","severity":7,"data":{"a b":"x\" rule=\"y"}})"));
    CHECK(line ==
          "\"t\\x0at\"  \"\"       \"usb.blocked rule=ok\"     \"\\x1b[2J\" outcome=\"\" \"a "
          "b\"=\"x\\x22 rule=\\x22y\"");
}
