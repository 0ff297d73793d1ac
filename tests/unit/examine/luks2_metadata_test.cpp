// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/luks2_metadata.h"

#include <catch2/catch.hpp>
#include <string>

#include "platform/examine/words.h"

using namespace vaktpost::examine;

namespace {

constexpr Bytes kPart = Bytes{1} << 30U;

std::string crypt(const std::string& more = {}) {
    return R"({"type":"crypt","offset":"16777216","size":"dynamic","encryption":"aes-xts-plain64")" +
           more + "}";
}

std::string header(const std::string& segments, const std::string& keyslots = {},
                   const std::string& config = {}) {
    return R"({"segments":{)" + segments + R"(},"keyslots":{)" + keyslots + R"(},"config":{)" +
           config + "}}";
}

std::string evidence(const std::string& json) {
    return judge_luks2_metadata(json, kPart).evidence;
}

}  // namespace

TEST_CASE("one encrypted segment to the end of the part is encrypted") {
    const auto finding = judge_luks2_metadata(header(R"("0":)" + crypt()), kPart);
    CHECK(finding.verdict == Verdict::encrypted);
    CHECK(finding.evidence == std::string(word::luks2_header));
}

TEST_CASE("a linear segment is plain wherever it stands") {
    const std::string linear = R"({"type":"linear","offset":"0","size":"512"})";
    CHECK(evidence(header(R"("0":)" + linear)) == word::linear_segment);
    CHECK(evidence(header(R"("0":)" + crypt() + R"(,"1":)" + linear)) == word::linear_segment);
    const std::string backup =
        R"({"type":"linear","offset":"0","size":"dynamic","flags":["backup-previous"]})";
    CHECK(evidence(header(R"("0":)" + crypt() + R"(,"1":)" + backup)) == word::linear_segment);
}

TEST_CASE("a reencryption between two real ciphers is encrypted") {
    const std::string before =
        R"({"type":"crypt","offset":"16777216","size":"dynamic","encryption":"aes-cbc-plain",)"
        R"("flags":["backup-previous"]})";
    const auto json = header(
        R"("0":)" + crypt(R"(,"flags":["in-reencryption"])") + R"(,"1":)" + before,
        R"("0":{"type":"reencrypt"})", R"("requirements":{"mandatory":["online-reencrypt-v2"]})");
    CHECK(judge_luks2_metadata(json, kPart).verdict == Verdict::encrypted);
}

TEST_CASE("data that does not reach from the header to the end of the part is unknown") {
    const auto segment = [](const std::string& offset, const std::string& size) {
        return header(R"("0":{"type":"crypt","encryption":"aes-xts-plain64","offset":)" + offset +
                      R"(,"size":)" + size + "}");
    };
    CHECK(evidence(segment(R"("16777216")", R"("1048576")")) == word::data_not_covered);
    CHECK(evidence(segment(R"("0")", R"("dynamic")")) == word::data_not_covered);
    CHECK(evidence(segment(R"("1073741824")", R"("dynamic")")) == word::data_not_covered);
    CHECK(evidence(segment(R"("600000000")", R"("dynamic")")) == word::data_not_covered);
    CHECK(evidence(segment(R"("16777216x")", R"("dynamic")")) == word::data_not_covered);
    CHECK(evidence(segment("16777216", R"("dynamic")")) == word::data_not_covered);
    CHECK(evidence(header("")) == word::data_not_covered);
}

TEST_CASE("a keyslot whose key lies under no cipher is plain") {
    const std::string slot = R"("0":{"type":"luks2","area":{"encryption":"cipher_null-ecb"}})";
    CHECK(evidence(header(R"("0":)" + crypt(), slot)) == word::clear_key);
}

TEST_CASE("kinds of segments, keyslots and requirements that we do not know are unknown") {
    CHECK(evidence(header(R"("0":{"type":"hw-opal","offset":"1","size":"dynamic"})")) ==
          word::requirement_unknown);
    CHECK(evidence(header(R"("0":)" + crypt(), R"("0":{"type":"new"})")) ==
          word::requirement_unknown);
    CHECK(evidence(header(R"("0":)" + crypt(), "", R"("requirements":{"mandatory":["opal"]})")) ==
          word::requirement_unknown);
}

TEST_CASE("what is not LUKS2 metadata is invalid") {
    for (const auto* each : {"", "{", "[]", "{}", R"({"segments":[],"keyslots":{}})",
                             R"({"segments":{"0":1}})", "null"}) {
        CAPTURE(each);
        CHECK(judge_luks2_metadata(each, kPart).verdict == Verdict::unknown);
    }
}
