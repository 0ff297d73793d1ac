// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/deadline.h"

#include <signal.h>

#include <catch2/catch.hpp>

#include "platform/examine/report.h"
#include "platform/examine/sandbox.h"
#include "platform/examine/words.h"
#include "tests/unit/examine/in_child.h"

using namespace vaktpost;
using namespace vaktpost::examine;

TEST_CASE("when the deadline passes the error verdict is printed and the exit status is 3") {
    const auto child = test::in_child([] {
        if (!start_deadline(std::chrono::seconds(1))) return 99;
        for (;;) pause();
    });
    CHECK(test::exited_with(child, 3));
    CHECK(child.output == report_line(failed_examination(word::deadline)));
}

TEST_CASE("the deadline holds in the sandbox, where a library may be going round in circles") {
    const auto child = test::in_child([] {
        if (!start_deadline(std::chrono::seconds(1)) || !enter_sandbox(std::chrono::seconds(1)))
            return 99;
        for (volatile unsigned turns = 0;;) turns = turns + 1;
    });
    CHECK(test::exited_with(child, 3));
    CHECK(child.output == report_line(failed_examination(word::deadline)));
}

TEST_CASE("once the verdict is being printed the deadline adds nothing") {
    const auto child = test::in_child([] {
        start_deadline(std::chrono::seconds(3600));
        stop_deadline();
        raise(SIGALRM);
        return 7;
    });
    CHECK(test::exited_with(child, 7));
    CHECK(child.output.empty());
}
