// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/pseudonym.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "platform/base/small_file.h"
#include "tests/unit/base/temporary_folder.h"

using vaktpost::platform::Pseudonym;
using vaktpost::platform::read_small;
using vaktpost::platform::replace_file;

namespace {

Pseudonym::Key counting_key() {
    Pseudonym::Key key{};
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
    return key;
}

}  // namespace

TEST_CASE("a tag is the start of the HMAC-SHA256 over domain, zero byte and value") {
    // printf 'card\0abc' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f
    CHECK(Pseudonym(counting_key()).tag("card", "abc").value == "6fc7b9b86a48aaae");
}

TEST_CASE("tags keep domains and hosts apart, and nothing has no tag") {
    const Pseudonym one(counting_key());
    Pseudonym::Key other_key = counting_key();
    other_key[0] = 0xff;
    CHECK(one.tag("card", "abc") != one.tag("usb", "abc"));
    CHECK(one.tag("card", "abc") != Pseudonym(other_key).tag("card", "abc"));
    CHECK(one.tag("card", "").empty());
}

TEST_CASE("a volume has one tag, however its identifier is written") {
    const Pseudonym pseudonym(counting_key());
    CHECK(volume_tag(pseudonym, "0A1B-2C3D") == volume_tag(pseudonym, "0a1b-2c3d"));
    CHECK(volume_tag(pseudonym, "0a1b-2c3d") == pseudonym.tag("volume", "0a1b-2c3d"));
    CHECK(volume_tag(pseudonym, "").empty());
}

TEST_CASE("the key is made once, readable by root alone, and used again") {
    const TemporaryFolder folder;
    const auto file = folder / "key";
    const auto tag = Pseudonym(file).tag("card", "abc");
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0600U);
    CHECK(status.st_size == 32);
    CHECK(Pseudonym(file).tag("card", "abc") == tag);
}

TEST_CASE("a damaged key file is left alone and tags come from a key of this run") {
    const TemporaryFolder folder;
    const auto file = folder / "key";
    REQUIRE(replace_file(file, "too short", 0600));
    CHECK(Pseudonym(file).tag("card", "abc") != Pseudonym(file).tag("card", "abc"));
    CHECK(*read_small(file) == "too short");
}

TEST_CASE("where the key cannot be kept there are tags all the same") {
    CHECK(Pseudonym("/proc/no-such-folder/key").tag("card", "abc").value.size() == 16);
}
