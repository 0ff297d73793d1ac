// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "platform/link/relp_frame.h"

using namespace vaktpost::link;

namespace {

std::vector<RelpFrame> frames_of(RelpReader& reader) {
    std::vector<RelpFrame> frames;
    for (;;) {
        auto frame = reader.next();
        REQUIRE(frame);
        if (!*frame) return frames;
        frames.push_back(**frame);
    }
}

bool refuses(const std::string& bytes) {
    RelpReader reader;
    reader.push(bytes);
    return !reader.next();
}

}  // namespace

TEST_CASE("a frame has number, command and length before its data") {
    CHECK(relp_frame(7, "syslog", "hello") == "7 syslog 5 hello\n");
    CHECK(relp_frame(last_transaction, "close", "") == "999999999 close 0\n");
}

TEST_CASE("transactions begin anew behind nine digits") {
    CHECK(next_transaction(1) == 2);
    CHECK(next_transaction(last_transaction - 1) == last_transaction);
    CHECK(next_transaction(last_transaction) == 1);
}

TEST_CASE("answers are read however their bytes are cut") {
    const std::string text =
        "1 rsp 21 200 OK\nrelp_version=0\n2 rsp 6 200 OK\n0 serverclose 0\n3 rsp 0 \n";
    RelpReader reader;
    std::vector<RelpFrame> frames;
    for (const char byte : text) {
        reader.push(std::string_view(&byte, 1));
        for (auto& frame : frames_of(reader)) frames.push_back(frame);
    }
    REQUIRE(frames.size() == 4);
    CHECK(frames[0].transaction == 1);
    CHECK(frames[0].command == "rsp");
    CHECK(frames[0].data == "200 OK\nrelp_version=0");
    CHECK(frames[1].data == "200 OK");
    CHECK(frames[2].transaction == 0);
    CHECK(frames[2].command == "serverclose");
    CHECK(frames[3].data.empty());
}

TEST_CASE("what is no RELP is refused as soon as that is clear") {
    CHECK(refuses("x"));
    CHECK(refuses("\n"));
    CHECK(refuses(" 1 rsp 0\n"));
    CHECK(refuses("1234567890 rsp 0\n"));
    CHECK(refuses("1 9sp 0\n"));
    CHECK(refuses("1  0\n"));
    CHECK(refuses("1 " + std::string(33, 'a')));
    CHECK(refuses("1 rsp 0x"));
    CHECK(refuses("1 rsp 3\nabc\n"));
    CHECK(refuses("1 rsp 3 abcd"));
    CHECK(refuses("1 rsp -3 abc\n"));
    CHECK(refuses("HTTP/1.1 400 Bad Request\r\n"));
}

TEST_CASE("an answer that claims to be huge is refused before its data comes") {
    CHECK(refuses("1 rsp 4097 "));
    CHECK(refuses("1 rsp 999999999 "));
    CHECK_FALSE(refuses("1 rsp 4096 "));
}
