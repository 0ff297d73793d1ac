// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/record_scan.h"

#include <array>
#include <charconv>
#include <span>

#include "agent/events/wall_time.h"
#include "agent/verify/json_scan.h"

namespace vaktpost::verify {
namespace {

enum class Key : std::size_t {
    outcome = 4,
    time,
    boot_us,
    boot_id,
    host,
    labels,
    epoch,
    seq,
    salt,
    prev,
    severity
};

// In the order of agent/events/record_text.h.
constexpr std::array<std::string_view, 21> keys{
    "v",        "type",    "code",   "cause", "outcome", "time",    "boot_us",
    "boot_id",  "host",    "labels", "epoch", "seq",     "salt",    "prev",
    "severity", "purpose", "policy", "rule",  "seat",    "session", "data"};
constexpr std::size_t type_key = 1;
constexpr std::size_t data_key = 20;

// What every record has of these.
constexpr std::uint32_t bit(std::size_t key) {
    return 1U << key;
}
constexpr std::uint32_t bit(Key key) {
    return bit(static_cast<std::size_t>(key));
}
constexpr std::uint32_t needed = bit(type_key) | bit(Key::time) | bit(Key::boot_us) |
                                 bit(Key::boot_id) | bit(Key::host) | bit(Key::epoch) |
                                 bit(Key::seq) | bit(Key::salt) | bit(Key::prev) | bit(data_key);

constexpr std::uint8_t no_digit = 0x80;

constexpr std::array<std::uint8_t, 256> make_digits() {
    constexpr std::string_view hex = "0123456789abcdef";
    std::array<std::uint8_t, 256> digits{};
    for (auto& digit : digits) digit = no_digit;
    for (std::size_t i = 0; i < hex.size(); ++i)
        digits[static_cast<std::uint8_t>(hex[i])] = static_cast<std::uint8_t>(i);
    return digits;
}
constexpr std::array<std::uint8_t, 256> digits = make_digits();

// Each record has 96 of these.
bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) {
    if (text.size() != bytes.size() * 2) return false;
    std::uint8_t seen = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint8_t high = digits[static_cast<std::uint8_t>(text[2 * i])];
        const std::uint8_t low = digits[static_cast<std::uint8_t>(text[2 * i + 1])];
        seen |= high | low;
        bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return (seen & no_digit) == 0;
}

bool read_number(std::string_view text, std::uint64_t& number) {
    const auto read = number_from(text);
    if (read) number = *read;
    return read.has_value();
}

bool read_text(std::string_view value, std::string_view& text) {
    if (value.size() < 2 || value[0] != '"') return false;
    text = value.substr(1, value.size() - 2);
    return true;
}

bool read_list(std::string_view value, std::string_view& list) {
    list = value;
    return value[0] == '[';
}

bool read_time(std::string_view value, std::int64_t& time_ms) {
    std::string_view text;
    if (!read_text(value, text)) return false;
    const auto time = events::from_rfc3339(text);
    if (time) time_ms = time->time_since_epoch().count();
    return time.has_value();
}

bool read_salt(std::string_view value, std::uint64_t& salt) {
    std::string_view text;
    events::Salt bytes{};
    if (!read_text(value, text) || !read_hex(text, bytes)) return false;
    for (std::size_t i = 0; i < sizeof salt; ++i) salt = salt << 8 | bytes[i];
    return true;
}

bool read_boot_us(std::string_view value, std::int64_t& boot_us) {
    std::uint64_t number = 0;
    if (!read_number(value, number)) return false;
    boot_us = static_cast<std::int64_t>(number);
    return true;
}

bool read_prev(std::string_view value, events::Digest& prev) {
    std::string_view text;
    return read_text(value, text) && read_hex(text, prev);
}

bool read_field(std::size_t key, std::string_view value, Scanned& record) {
    if (key == type_key) return read_text(value, record.type);
    if (key == data_key) {
        record.data = value;
        return value[0] == '{';
    }
    switch (static_cast<Key>(key)) {
        case Key::outcome:
            return read_text(value, record.outcome);
        case Key::labels:
            return read_list(value, record.labels);
        case Key::severity:
            return read_text(value, record.severity);
        case Key::time:
            return read_time(value, record.time_ms);
        case Key::boot_us:
            return read_boot_us(value, record.boot_us);
        case Key::boot_id:
            return read_text(value, record.boot_id);
        case Key::host:
            return read_text(value, record.host);
        case Key::epoch:
            return read_number(value, record.position.epoch);
        case Key::seq:
            return read_number(value, record.position.seq);
        case Key::salt:
            return read_salt(value, record.salt);
        case Key::prev:
            return read_prev(value, record.prev);
    }
    return true;
}

// The place of `key` at or behind `from`; keys.size(): a later version's key; nothing: it stood
// before already or stands out of order.
std::optional<std::size_t> place_of(std::string_view key, std::size_t from) {
    for (std::size_t i = from; i < keys.size(); ++i)
        if (keys[i] == key) return i;
    for (std::size_t i = 0; i < from; ++i)
        if (keys[i] == key) return std::nullopt;
    return keys.size();
}

}  // namespace

std::optional<std::uint64_t> number_from(std::string_view text) {
    if (text.empty() || text.size() > 18 || (text[0] == '0' && text.size() > 1))
        return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<events::Digest> digest_from_hex(std::string_view text) {
    events::Digest digest{};
    if (!read_hex(text, digest)) return std::nullopt;
    return digest;
}

std::optional<Scanned> scan_record(std::string_view text) {
    JsonScan scan(text);
    Scanned record;
    std::uint32_t found = 0;
    std::size_t next = 0;
    if (!scan.take('{')) return std::nullopt;
    do {
        const auto key = scan.string();
        if (!key || !scan.take(':')) return std::nullopt;
        const auto value = scan.value();
        const auto place = value ? place_of(*key, next) : std::nullopt;
        if (!place) return std::nullopt;
        if (*place == keys.size()) continue;
        if (!read_field(*place, *value, record)) return std::nullopt;
        found |= bit(*place);
        next = *place + 1;
    } while (scan.take(','));
    if (!scan.take('}') || !scan.at_end() || (found & needed) != needed) return std::nullopt;
    if (record.position.epoch == 0 || record.position.seq == 0 || record.host.empty())
        return std::nullopt;
    return record;
}

}  // namespace vaktpost::verify
