// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <string>

#include "platform/link/syslog_session.h"

using namespace vaktpost::link;

TEST_CASE("a message is framed by its length in bytes") {
    SyslogSession session;
    std::string output;
    session.send("<86>1 - - vaktpost - - - æ", output);
    CHECK(output == "27 <86>1 - - vaktpost - - - æ");
}

TEST_CASE("a message has arrived when the other end's kernel has all of its bytes") {
    SyslogSession session;
    std::string output;
    session.send("abc", output);
    session.send("de", output);
    CHECK(session.take_arrived() == 0);

    session.moved({output.size(), 0, 0});  // nothing has left yet
    CHECK(session.take_arrived() == 0);
    session.moved({4, 40, 30});  // the first one has left
    CHECK(session.take_arrived() == 0);
    session.moved({4, 40, 40});
    CHECK(session.take_arrived() == 1);
    session.moved({0, 70, 69});
    CHECK(session.take_arrived() == 0);
    session.moved({0, 90, 70});
    CHECK(session.take_arrived() == 1);
}

TEST_CASE("half a message counts for nothing") {
    SyslogSession session;
    std::string output;
    session.send("abc", output);
    session.moved({1, 40, 40});
    CHECK(session.take_arrived() == 0);
}
