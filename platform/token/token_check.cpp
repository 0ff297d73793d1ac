// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/token/token_check.h"

#include <nettle/eddsa.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>
#include <utility>
#include <vector>

namespace vaktpost::token {
namespace {

namespace json = boost::json;
using core::TokenState;

using Claims = std::vector<std::string>;

core::Token not_valid(TokenState state, Claims claimed) {
    core::Token token{state};
    token.claimed = std::move(claimed);
    return token;
}

const json::value* member(const json::value* value, std::string_view key) {
    const auto* object = value != nullptr ? value->if_object() : nullptr;
    return object != nullptr ? object->if_contains(key) : nullptr;
}

std::string text_of(const json::value& token, std::string_view key) {
    const auto* value = member(&token, key);
    const auto* text = value != nullptr ? value->if_string() : nullptr;
    return text == nullptr ? std::string() : std::string(text->begin(), text->end());
}

// The slot of the recovery key is still there.
bool has_keyslot(const json::value& metadata, const json::value& token) {
    const auto* listed = member(&token, "keyslots");
    const auto* list = listed != nullptr ? listed->if_array() : nullptr;
    if (list == nullptr || list->empty()) return false;
    const auto* keyslots = member(&metadata, "keyslots");
    return std::all_of(list->begin(), list->end(), [&](const json::value& slot) {
        const auto* name = slot.if_string();
        return name != nullptr && member(keyslots, std::string_view(*name)) != nullptr;
    });
}

bool is_format(const json::value& token) {
    const auto* value = member(&token, "format");
    const auto* number = value != nullptr ? value->if_int64() : nullptr;
    return number != nullptr && *number == format;
}

// Null: there is none. `several`: there is no telling which one counts.
const json::value* find_token(const json::value& metadata, bool& several) {
    const json::value* found = nullptr;
    const auto* tokens = member(&metadata, "tokens");
    if (tokens == nullptr || !tokens->is_object()) return nullptr;
    for (const auto& [name, token] : tokens->get_object()) {
        if (text_of(token, "type") != type_name) continue;
        several = found != nullptr;
        found = &token;
        if (several) return found;
    }
    return found;
}

// The serials in all tokens of ours, as far as they are names.
Claims claims_in(const json::value& metadata) {
    Claims claims;
    const auto* tokens = member(&metadata, "tokens");
    if (tokens == nullptr || !tokens->is_object()) return claims;
    for (const auto& [name, token] : tokens->get_object())
        if (auto serial = text_of(token, "serial");
            text_of(token, "type") == type_name && is_name(serial))
            claims.push_back(std::move(serial));
    return claims;
}

Claims claims_of(std::span<const core::Token> parts) {
    std::set<std::string> all;
    for (const auto& part : parts) {
        all.insert(part.claimed.begin(), part.claimed.end());
        if (part.state == TokenState::valid) all.insert(part.serial);
    }
    return {all.begin(), all.end()};
}

// Where they do not all bear the same valid one.
TokenState common_state(std::span<const core::Token> parts) {
    const auto any = [&](TokenState state) {
        return std::any_of(parts.begin(), parts.end(),
                           [&](const core::Token& each) { return each.state == state; });
    };
    if (parts.empty() || any(TokenState::none)) return TokenState::none;
    const bool untrusted = any(TokenState::untrusted) && !any(TokenState::invalid);
    return untrusted ? TokenState::untrusted : TokenState::invalid;
}

}  // namespace

core::Token check_token(std::string_view text, std::string_view volume,
                        std::span<const PublicKey> trusted) {
    boost::system::error_code failed;
    const auto metadata = json::parse(json::string_view(text.data(), text.size()), failed);
    if (failed) return {TokenState::invalid};
    bool several = false;
    const auto* token = find_token(metadata, several);
    if (token == nullptr) return {};
    const auto invalid = [&] { return not_valid(TokenState::invalid, claims_in(metadata)); };
    if (several || !is_format(*token) || !has_keyslot(metadata, *token)) return invalid();

    const Content content{text_of(*token, "organisation"), text_of(*token, "unit"),
                          text_of(*token, "serial"),       text_of(*token, "issued"),
                          text_of(*token, "expires"),      text_of(*token, "recovery")};
    const auto issued = parse_day(content.issued);
    const auto expires = parse_day(content.expires);
    const auto signature = parse_signature(text_of(*token, "signature"));
    const auto digest = volume_key_digest(metadata);
    if (!is_name(content.organisation) || !is_name(content.unit) || !is_name(content.serial) ||
        !issued || !expires || !signature || digest.empty() || volume.empty())
        return invalid();

    const auto id = text_of(*token, "key");
    const auto key = std::find_if(trusted.begin(), trusted.end(),
                                  [&](const PublicKey& each) { return key_id(each) == id; });
    if (key == trusted.end()) return not_valid(TokenState::untrusted, claims_in(metadata));
    const auto covered = signed_text(content, volume, digest);
    if (ed25519_sha512_verify(key->data(), covered.size(),
                              reinterpret_cast<const std::uint8_t*>(covered.data()),
                              signature->data()) != 1)
        return invalid();
    return {TokenState::valid, content.organisation,           content.unit, content.serial,
            *issued,           *expires + std::chrono::days(1)};
}

core::Token common_token(std::span<const core::Token> of_parts) {
    const bool same = !of_parts.empty() &&
                      std::all_of(of_parts.begin(), of_parts.end(), [&](const core::Token& each) {
                          return each.state == TokenState::valid && each == of_parts.front();
                      });
    return same ? of_parts.front() : not_valid(common_state(of_parts), claims_of(of_parts));
}

}  // namespace vaktpost::token
