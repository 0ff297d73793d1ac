// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/token/token_text.h"

#include <nettle/sha2.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <charconv>

namespace vaktpost::token {
namespace {

namespace json = boost::json;

constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
constexpr std::size_t longest_field = 512;

const json::object* object_in(const json::value& value, std::string_view key) {
    const auto* object = value.if_object();
    const auto* member = object != nullptr ? object->if_contains(key) : nullptr;
    return member != nullptr ? member->if_object() : nullptr;
}

// Printable and without a blank or quote; empty: it is none. LUKS2 keeps these as base64 and names.
std::string field_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return {};
    if (const auto* number = value->if_int64()) return std::to_string(*number);
    const auto* text = value->if_string();
    if (text == nullptr || text->size() > longest_field) return {};
    const bool plain =
        std::all_of(text->begin(), text->end(), [](char c) { return c > ' ' && c < 127; });
    return plain ? std::string(text->begin(), text->end()) : std::string();
}

std::array<std::uint8_t, SHA256_DIGEST_SIZE> sha256(const std::uint8_t* bytes, std::size_t size) {
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_ctx context{};
    sha256_init(&context);
    sha256_update(&context, size, bytes);
    sha256_digest(&context, digest.size(), digest.data());
    return digest;
}

template <std::size_t Size>
std::optional<std::array<std::uint8_t, Size>> parse_hex(std::string_view text) {
    std::array<std::uint8_t, Size> bytes{};
    if (text.size() != 2 * Size) return std::nullopt;
    for (std::size_t i = 0; i < Size; ++i) {
        const char* begin = text.data() + 2 * i;
        const auto [end, error] = std::from_chars(begin, begin + 2, bytes[i], 16);
        if (error != std::errc{} || end != begin + 2) return std::nullopt;
    }
    return bytes;
}

std::optional<int> number_in(std::string_view text) {
    int value = 0;
    if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? std::optional(value) : std::nullopt;
}

}  // namespace

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name &&
           text.find_first_not_of(name_characters) == std::string_view::npos;
}

std::optional<core::WallTime> parse_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = number_in(text.substr(0, 4));
    const auto month = number_in(text.substr(5, 2));
    const auto day = number_in(text.substr(8));
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch();
}

std::string volume_key_digest(const json::value& metadata) {
    const auto* digests = object_in(metadata, "digests");
    const auto* segments = object_in(metadata, "segments");
    if (digests == nullptr || digests->size() != 1 || segments == nullptr || segments->size() != 1)
        return {};
    const auto* digest = digests->begin()->value().if_object();
    if (digest == nullptr) return {};
    std::string text;
    for (const std::string_view key : {"type", "hash", "iterations", "salt", "digest"}) {
        const auto field = field_in(*digest, key);
        if (field.empty()) return {};
        text += (text.empty() ? "" : " ") + field;
    }
    return text;
}

std::string signed_text(const Content& content, std::string_view volume, std::string_view digest) {
    const auto* recovery = reinterpret_cast<const std::uint8_t*>(content.recovery.data());
    const auto recovery_digest = sha256(recovery, content.recovery.size());
    return "vaktpost token 1\norganisation " + content.organisation + "\nunit " + content.unit +
           "\nserial " + content.serial + "\nissued " + content.issued + "\nexpires " +
           content.expires + "\nrecovery " +
           to_hex(recovery_digest.data(), recovery_digest.size()) + "\nvolume " +
           std::string(volume) + "\ndigest " + std::string(digest) + "\n";
}

std::optional<PublicKey> parse_public_key(std::string_view hex) {
    return parse_hex<std::tuple_size_v<PublicKey>>(hex);
}

std::optional<Signature> parse_signature(std::string_view hex) {
    return parse_hex<std::tuple_size_v<Signature>>(hex);
}

std::string to_hex(const std::uint8_t* bytes, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 0xfU];
    }
    return text;
}

std::string key_id(const PublicKey& key) {
    return to_hex(sha256(key.data(), key.size()).data(), 8);
}

}  // namespace vaktpost::token
