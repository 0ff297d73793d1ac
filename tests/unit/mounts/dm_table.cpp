// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/dm_table.h"

#include <linux/dm-ioctl.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

using namespace vaktpost::platform;

namespace {

// As the kernel answers: targets of 8-byte steps, `next` counted from the first one.
Mapping judge(const std::vector<std::pair<std::string, std::string>>& targets) {
    std::vector<std::uint8_t> bytes;
    for (const auto& [type, parameters] : targets) {
        dm_target_spec target{};
        std::strncpy(target.target_type, type.c_str(), sizeof target.target_type - 1);
        const auto at = bytes.size();
        const auto whole = (sizeof target + parameters.size() + 1 + 7) / 8 * 8;
        target.next = static_cast<std::uint32_t>(at + whole);
        bytes.resize(at + whole);
        std::memcpy(bytes.data() + at, &target, sizeof target);
        std::memcpy(bytes.data() + at + sizeof target, parameters.data(), parameters.size());
    }
    return parse_table(bytes, static_cast<std::uint32_t>(targets.size()));
}

const std::pair<std::string, std::string> real{"crypt", "aes-xts-plain64 :64:logon:x 0 8:16 32768"};
const std::pair<std::string, std::string> null{"crypt", "cipher_null-ecb - 0 8:16 0"};
const std::pair<std::string, std::string> linear{"linear", "8:16 0"};

}  // namespace

TEST_CASE("a table is encrypted when each of its targets has a real cipher") {
    CHECK(judge({real}) == Mapping::encrypted);
    CHECK(judge({real, real}) == Mapping::encrypted);
    CHECK(judge({real, linear}) == Mapping::opaque);
    CHECK(judge({linear}) == Mapping::opaque);
    CHECK(judge({}) == Mapping::opaque);
}

TEST_CASE("a cipher that does nothing is told, however it is spelled") {
    CHECK(judge({null}) == Mapping::null_cipher);
    CHECK(judge({real, null}) == Mapping::null_cipher);
    CHECK(judge({{"crypt", "capi:ecb(cipher_null)-plain - 0 8:16 0"}}) == Mapping::null_cipher);
    CHECK(judge({{"crypt", ""}}) == Mapping::null_cipher);
}

TEST_CASE("an answer that is cut off or points outside itself is no encryption") {
    CHECK(parse_table({}, 1) == Mapping::opaque);
    std::vector<std::uint8_t> bytes(sizeof(dm_target_spec) + 64);
    dm_target_spec target{};
    std::memcpy(target.target_type, "crypt", 5);
    target.next = 4000;
    std::memcpy(bytes.data(), &target, sizeof target);
    std::memcpy(bytes.data() + sizeof target, "aes-xts-plain64 ", 16);
    CHECK(parse_table(bytes, 1) == Mapping::encrypted);
    CHECK(parse_table(bytes, 2) == Mapping::opaque);
}
