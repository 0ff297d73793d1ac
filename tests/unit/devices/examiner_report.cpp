// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/examiner_report.h"

#include <catch2/catch.hpp>
#include <string>

using namespace vaktpost;
using core::Verdict;
using platform::parse_examiner_report;

namespace {

std::string part(const std::string& verdict) {
    return R"({"offset":1048576,"size":18446744073709551615,"type":"luks2","verdict":")" + verdict +
           R"(","evidence":"luks2_header"})";
}

std::string report(const std::string& verdict, const std::string& parts,
                   const std::string& reason = "") {
    return R"({"verdict":")" + verdict + R"(","parts":[)" + parts + R"(],"reason":")" + reason +
           "\"}\n";
}

void check_refused(const std::string& output, int exit_status) {
    INFO(output.substr(0, 200));
    const auto examination = parse_examiner_report(output, exit_status);
    CHECK(examination.verdict == Verdict::error);
    CHECK(examination.parts.empty());
    CHECK(examination.reason == "examiner_report");
}

}  // namespace

TEST_CASE("a report is taken with its parts, reason and verdict") {
    const auto examination =
        parse_examiner_report(report("plain", part("encrypted") + "," + part("plain"), "ok"), 1);
    CHECK(examination.verdict == Verdict::plain);
    CHECK(examination.reason == "ok");
    REQUIRE(examination.parts.size() == 2);
    CHECK(examination.parts[0] == core::MediumPart{1048576, 18446744073709551615U, "luks2",
                                                   Verdict::encrypted, "luks2_header"});
    CHECK(parse_examiner_report(report("encrypted", part("encrypted")), 0).verdict ==
          Verdict::encrypted);
    CHECK(parse_examiner_report(report("unknown", "", "no_signature"), 2).verdict ==
          Verdict::unknown);
    CHECK(parse_examiner_report(report("error", "", "read_failed"), 3).reason == "read_failed");
}

TEST_CASE("a verdict that the exit status contradicts is an error") {
    check_refused(report("encrypted", part("encrypted")), 1);
    check_refused(report("plain", part("plain")), 0);
    check_refused(report("encrypted", part("encrypted")), 139);
}

TEST_CASE("a verdict milder than its parts is an error, a graver one is taken") {
    check_refused(report("encrypted", part("encrypted") + "," + part("plain")), 0);
    check_refused(report("encrypted", part("unknown")), 0);
    check_refused(report("encrypted", ""), 0);
    check_refused(report("unknown", part("plain")), 2);
    CHECK(parse_examiner_report(report("unknown", part("encrypted"), "conflict"), 2).verdict ==
          Verdict::unknown);
}

TEST_CASE(
    "unknown words, hostile text and anything missing, extra or of another type make it an error") {
    check_refused(report("Encrypted", part("encrypted")), 0);
    check_refused(report("encrypted", part("verysafe")), 0);
    check_refused(report("unknown", "", "two words"), 2);
    check_refused(report("unknown", "", "line\\nbreak"), 2);
    check_refused(report("unknown", "", "\xc3\xa5"), 2);
    check_refused(report("unknown", "", std::string(65, 'x')), 2);
    check_refused(R"({"verdict":"unknown","parts":[]})"
                  "\n",
                  2);
    check_refused(R"({"verdict":"unknown","parts":[],"reason":"","label":"x"})"
                  "\n",
                  2);
    check_refused(R"({"verdict":"unknown","parts":{},"reason":""})"
                  "\n",
                  2);
    check_refused(report("unknown",
                         R"({"offset":-1,"size":1,"type":"x","verdict":"unknown","evidence":"y"})"),
                  2);
    check_refused(
        report("unknown",
               R"({"offset":1.5,"size":1,"type":"x","verdict":"unknown","evidence":"y"})"),
        2);
    check_refused(report("unknown", "[]"), 2);
    check_refused(report("unknown", "[[[[[[[[]]]]]]]]"), 2);
}

namespace {

std::string identified(const std::string& volumes, const std::string& token,
                       const std::string& verdict = "encrypted") {
    return R"({"verdict":")" + verdict + R"(","parts":[)" + part(verdict) +
           R"(],"reason":"","volumes":[)" + volumes + R"(],"token":)" + token + "}\n";
}

core::Tag shouted(std::string_view identifier) {
    return {"TAG(" + std::string(identifier) + ")"};
}

constexpr auto genuine =
    R"({"state":"valid","organisation":"hospital","unit":"4410","serial":"S-17",)"
    R"("issued":"2026-11-25","expires":"2026-12-31"})";

}  // namespace

TEST_CASE("what identifies a medium is taken as tags, and its token as it is") {
    const auto examination =
        parse_examiner_report(identified(R"("0a-1","0b-2")", genuine), 0, shouted);
    CHECK(examination.verdict == Verdict::encrypted);
    CHECK(examination.volumes == std::vector<core::Tag>{{"TAG(0a-1)"}, {"TAG(0b-2)"}});
    CHECK(examination.identity.value == "TAG(0a-1 0b-2)");
    using namespace std::chrono;
    CHECK(examination.token == core::Token{core::TokenState::valid, "hospital", "4410", "S-17",
                                           sys_days(2026y / 11 / 25).time_since_epoch(),
                                           sys_days(2027y / 1 / 1).time_since_epoch()});
    const auto bare = parse_examiner_report(identified("", R"({"state":"none"})"), 0, shouted);
    CHECK(bare.verdict == Verdict::encrypted);
    CHECK(bare.identity.empty());
    CHECK(bare.token == core::Token{});
    core::Token claiming{core::TokenState::untrusted};
    claiming.claimed = {"S-17", "S-18"};
    CHECK(parse_examiner_report(
              identified("", R"({"state":"untrusted","claimed":["S-17","S-18"]})"), 0)
              .token == claiming);
    CHECK(parse_examiner_report(identified(R"("0a")", R"({"state":"untrusted"})"), 0)
              .volumes.empty());
}

TEST_CASE("an identification that is not as it must be makes the report an error") {
    const std::string none = R"({"state":"none"})";
    check_refused(identified(R"("two words")", none), 0);
    check_refused(identified(R"("")", none), 0);
    check_refused(identified("7", none), 0);
    check_refused(identified("", "null"), 0);
    check_refused(identified("", R"({"state":"good"})"), 0);
    check_refused(identified("", R"({"state":"none","unit":"x"})"), 0);
    check_refused(identified("", R"({"state":"valid"})"), 0);
    for (const std::string claimed : {"[]", "\"S-17\"", "[7]", "[\"\"]", "[\"two words\"]"})
        check_refused(identified("", R"({"state":"invalid","claimed":)" + claimed + "}"), 0);
    check_refused(identified("", genuine, "plain"), 1);
    for (const std::string day :
         {"2026-02-30", "2026-13-01", "2026-1-001", "26-12-31xx", "-026-12-31"}) {
        std::string token = genuine;
        token.replace(token.find("2026-12-31"), 10, day);
        check_refused(identified("", token), 0);
    }
}

TEST_CASE("what is no single line of JSON, or too long, is an error") {
    for (const char* output : {"", "\n", "{}\n", "null\n", "[]\n", "garbage\n", "\"\n"})
        check_refused(output, 2);
    std::string unterminated = report("unknown", "");
    unterminated.pop_back();
    check_refused(unterminated, 2);
    check_refused(report("unknown", "") + report("encrypted", part("encrypted")), 2);
    check_refused(report("unknown", "", "") + std::string(platform::report_bytes_limit, ' ') + "\n",
                  2);
    std::string many = part("encrypted");
    for (std::size_t i = 0; i < platform::report_parts_limit; ++i) many += "," + part("encrypted");
    check_refused(report("encrypted", many), 0);
}
