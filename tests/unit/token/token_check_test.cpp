// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/token/token_check.h"

#include <nettle/eddsa.h>

#include <array>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <vector>

using namespace vaktpost;
using core::TokenState;
namespace json = boost::json;

namespace {

constexpr auto volume = "0a1b2c3d-0000-4000-8000-000000000001";

const token::PublicKey& private_key() {
    static const token::PublicKey key{7, 1, 2};
    return key;
}

token::PublicKey public_key() {
    token::PublicKey key{};
    ed25519_sha512_public_key(key.data(), private_key().data());
    return key;
}

// A header as LUKS2 keeps it, as far as a token has to do with it.
json::object header() {
    return json::parse(R"({
        "keyslots":{"0":{"type":"luks2"},"1":{"type":"luks2"}},
        "segments":{"0":{"type":"crypt"}},
        "digests":{"0":{"type":"pbkdf2","keyslots":["0","1"],"segments":["0"],"hash":"sha256",
                        "iterations":1000,"salt":"c2FsdA==","digest":"ZGlnZXN0"}},
        "tokens":{}})")
        .get_object();
}

json::object signed_token(const json::object& metadata, token::Content content) {
    const auto text =
        token::signed_text(content, volume, token::volume_key_digest(json::value(metadata)));
    token::Signature signature{};
    const auto key = public_key();
    ed25519_sha512_sign(key.data(), private_key().data(), text.size(),
                        reinterpret_cast<const std::uint8_t*>(text.data()), signature.data());
    return {{"type", "vaktpost"},
            {"keyslots", json::array{"1"}},
            {"format", 1},
            {"organisation", content.organisation},
            {"unit", content.unit},
            {"serial", content.serial},
            {"issued", content.issued},
            {"expires", content.expires},
            {"recovery", content.recovery},
            {"key", token::key_id(key)},
            {"signature", token::to_hex(signature.data(), signature.size())}};
}

token::Content content() {
    return {"hospital", "4410", "S-17", "2026-11-25", "2028-11-25", "cmVjb3Zlcnk="};
}

json::object enrolled() {
    auto metadata = header();
    metadata["tokens"] = json::object{{"0", signed_token(metadata, content())}};
    return metadata;
}

core::Token check(const json::object& metadata, const std::string& of = volume) {
    const std::array keys{token::PublicKey{}, public_key()};
    return token::check_token(json::serialize(metadata), of, keys);
}

json::object& token_in(json::object& metadata) {
    return metadata["tokens"].get_object()["0"].get_object();
}

core::Token claiming(TokenState state, std::vector<std::string> serials) {
    core::Token token{state};
    token.claimed = std::move(serials);
    return token;
}

}  // namespace

TEST_CASE("a token says whose the medium is and until when") {
    using namespace std::chrono;
    const auto token = check(enrolled());
    CHECK(token == core::Token{TokenState::valid, "hospital", "4410", "S-17",
                               sys_days(2026y / 11 / 25).time_since_epoch(),
                               sys_days(2028y / 11 / 26).time_since_epoch()});
}

TEST_CASE("a header without a token of ours has none") {
    CHECK(check(header()).state == TokenState::none);
    auto other = header();
    other["tokens"] = json::object{{"0", {{"type", "systemd-tpm2"}, {"keyslots", {"0"}}}}};
    CHECK(check(other).state == TokenState::none);
}

TEST_CASE("a token of another key is not trusted, and no more is told than the serial it claims") {
    const auto token = token::check_token(json::serialize(enrolled()), volume, {});
    CHECK(token == claiming(TokenState::untrusted, {"S-17"}));
}

TEST_CASE("whatever of it is changed, it holds no more") {
    for (const std::string key : {"organisation", "unit", "serial", "recovery"}) {
        INFO(key);
        auto changed = enrolled();
        token_in(changed)[key] = "other";
        CHECK(check(changed) ==
              claiming(TokenState::invalid, {key == "serial" ? "other" : "S-17"}));
    }
    for (const std::string key : {"issued", "expires"}) {
        auto changed = enrolled();
        token_in(changed)[key] = "2099-01-01";
        CHECK(check(changed).state == TokenState::invalid);
    }
    auto cut = enrolled();
    token_in(cut)["signature"] = "00";
    CHECK(check(cut).state == TokenState::invalid);
}

TEST_CASE("a token copied to another volume is worthless") {
    CHECK(check(enrolled(), "0a1b2c3d-0000-4000-8000-000000000002").state == TokenState::invalid);
    for (const std::string key : {"hash", "iterations", "salt", "digest", "type"}) {
        INFO(key);
        auto copied = enrolled();
        auto& digest = copied["digests"].get_object()["0"].get_object();
        if (key == "iterations")
            digest[key] = 1001;
        else
            digest[key] = "b3RoZXI=";
        CHECK(check(copied).state == TokenState::invalid);
    }
}

TEST_CASE("a passphrase may be changed, the recovery key may not go") {
    auto changed = enrolled();
    changed["keyslots"].get_object()["2"] = json::object{{"type", "luks2"}};
    changed["keyslots"].get_object().erase("0");
    changed["digests"].get_object()["0"].get_object()["keyslots"] = json::array{"1", "2"};
    CHECK(check(changed).state == TokenState::valid);
    auto gone = enrolled();
    gone["keyslots"].get_object().erase("1");
    CHECK(check(gone).state == TokenState::invalid);
    auto unlisted = enrolled();
    token_in(unlisted)["keyslots"] = json::array{};
    CHECK(check(unlisted).state == TokenState::invalid);
}

TEST_CASE("a header that says two things says nothing") {
    auto twice = enrolled();
    twice["tokens"].get_object()["1"] = token_in(twice);
    twice["tokens"].get_object()["1"].get_object()["serial"] = "S-18";
    CHECK(check(twice) == claiming(TokenState::invalid, {"S-17", "S-18"}));
    auto reencrypting = enrolled();
    reencrypting["digests"].get_object()["1"] = reencrypting["digests"].get_object()["0"];
    CHECK(check(reencrypting).state == TokenState::invalid);
    auto partly = enrolled();
    partly["segments"].get_object()["1"] = json::object{{"type", "crypt"}};
    CHECK(check(partly).state == TokenState::invalid);
}

TEST_CASE("a name that is none is not signed into being one") {
    for (const std::string serial :
         {"", "two words", "line\nbreak", "\xc3\xa5", "123456789012345678901234567890123"}) {
        auto metadata = header();
        auto odd = content();
        odd.serial = serial;
        metadata["tokens"] = json::object{{"0", signed_token(metadata, odd)}};
        CHECK(check(metadata) == core::Token{TokenState::invalid});
    }
}

TEST_CASE("what is no header has no token that counts") {
    for (const std::string text : {"", "null", "[]", "{", "{}", R"({"tokens":7})",
                                   R"({"tokens":{"0":{"type":"vaktpost"}}})"}) {
        INFO(text);
        CHECK(token::check_token(text, volume, std::vector{public_key()}).state !=
              TokenState::valid);
    }
}

TEST_CASE("a medium is enrolled when each of its parts bears the same token") {
    const core::Token one{TokenState::valid, "hospital", "4410", "S-17"};
    const core::Token other{TokenState::valid, "hospital", "4410", "S-18"};
    const auto common = [](std::vector<core::Token> tokens) { return token::common_token(tokens); };
    CHECK(common({one}) == one);
    CHECK(common({one, one}) == one);
    CHECK(common({one, other}) == claiming(TokenState::invalid, {"S-17", "S-18"}));
    CHECK(common({one, {}}) == claiming(TokenState::none, {"S-17"}));
    CHECK(common({one, claiming(TokenState::untrusted, {"S-19"})}) ==
          claiming(TokenState::untrusted, {"S-17", "S-19"}));
    CHECK(common({{TokenState::untrusted}, {TokenState::invalid}}).state == TokenState::invalid);
    CHECK(common({}).state == TokenState::none);
}

TEST_CASE("days and keys are read strictly") {
    CHECK(token::parse_day("2028-02-29"));
    for (const auto* day : {"2027-02-29", "2028-2-29", "2028-02-29 ", "+028-02-29", "2028-13-01"})
        CHECK_FALSE(token::parse_day(day));
    CHECK(token::parse_public_key(std::string(64, 'a')));
    CHECK_FALSE(token::parse_public_key(std::string(63, 'a')));
    CHECK_FALSE(token::parse_public_key(std::string(62, 'a') + "0x"));
    CHECK_FALSE(token::parse_public_key(std::string(62, 'a') + "-1"));
}
