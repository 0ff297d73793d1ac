// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <string>

#include "platform/link/http_proxy.h"

using namespace vaktpost::link;

namespace {

// What becomes of an answer, and how many of its bytes were taken.
struct Heard {
    Outcome outcome;
    std::size_t taken = 0;
};
Heard hear(const std::string& text) {
    ProxyAnswer answer;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (answer.take(text[i])) return {answer.outcome(), i + 1};
    return {Trouble{}, 0};
}

}  // namespace

TEST_CASE("the proxy is asked for the receiver's host and port") {
    CHECK(connect_request({"log.example", 20514}) ==
          "CONNECT log.example:20514 HTTP/1.1\r\nHost: log.example:20514\r\n\r\n");
    CHECK(connect_request({"fd00::1", 6514}) ==
          "CONNECT [fd00::1]:6514 HTTP/1.1\r\nHost: [fd00::1]:6514\r\n\r\n");
}

TEST_CASE("any 2xx opens the way, and no byte behind the answer is taken") {
    const std::string answer =
        GENERATE(as<std::string>{}, "HTTP/1.1 200 Connection established\r\n\r\n",
                 "HTTP/1.0 204\r\nVia: x\r\n\r\n", "HTTP/1.1 200 OK\n\n");
    const Heard heard = hear(answer + "\x16\x03");
    CHECK_FALSE(heard.outcome);
    CHECK(heard.taken == answer.size());
}

TEST_CASE("a proxy's refusal is a state of its own") {
    const auto trouble = hear(
                             "HTTP/1.1 403 For\x1b"
                             "bidden\r\n\r\n")
                             .outcome;
    REQUIRE(trouble);
    CHECK(trouble->state == State::refused);
    CHECK(trouble->cause == Cause::proxy);
    CHECK(trouble->text ==
          "the proxy refuses: HTTP/1.1 403 For\\x1b"
          "bidden");
    CHECK_THAT(hear("HTTP/1.1 407 x\r\n\r\n").outcome->text, Catch::Contains("password"));
}

TEST_CASE("an answer that is none is refused, however long it is") {
    const std::string answer =
        GENERATE(as<std::string>{}, "220 mail.example\r\n\r\n", "HTTP/2 200\r\n\r\n",
                 "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2000\r\n\r\n", "\n\n", std::string(100'000, 'x'),
                 "HTTP/1.1 200 OK\r\n" + std::string(100'000, 'x'));
    const Heard heard = hear(answer);
    REQUIRE(heard.outcome);
    CHECK(heard.outcome->cause == Cause::proxy);
    CHECK(heard.taken <= ProxyAnswer::longest);
}
