// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/cipher_spec.h"

#include <catch2/catch.hpp>

using namespace vaktpost::examine;

TEST_CASE("ciphers that encrypt are encrypted") {
    for (const auto* each : {"aes-xts-plain64", "aes-cbc-essiv:sha256", "serpent-xts-plain64",
                             "aes:64-cbc-lmk", "xchacha20,aes-adiantum-plain64"}) {
        CAPTURE(each);
        CHECK(judge_cipher(each).verdict == Verdict::encrypted);
    }
}

TEST_CASE("ciphers that do nothing are plain, however they are spelt") {
    for (const auto* each : {"cipher_null-ecb", "cipher_null", "null", "null-ecb",
                             "capi:ecb(cipher_null)-plain", "aes,cipher_null-ecb"}) {
        CAPTURE(each);
        CHECK(judge_cipher(each).verdict == Verdict::plain);
    }
}

TEST_CASE("ciphers that are not on the list, or have no mode, are unknown") {
    for (const auto* each :
         {"", "-", "aes", "aes-", "rot13-cbc-plain", "capi:xts(aes)-plain64", "AES-xts-plain64"}) {
        CAPTURE(each);
        CHECK(judge_cipher(each).verdict == Verdict::unknown);
    }
}
