// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/luks2_metadata.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <limits>
#include <string>

#include "platform/examine/cipher_spec.h"
#include "platform/examine/words.h"

namespace vaktpost::examine {
namespace {

namespace json = boost::json;

constexpr Bytes kFurthestData = 256 * kMiB;
constexpr Finding kInvalid{Verdict::unknown, word::header_invalid};
constexpr Finding kFine{Verdict::encrypted, word::luks2_header};

const json::value* member(const json::value* object, std::string_view key) {
    return object != nullptr && object->is_object() ? object->get_object().if_contains(key)
                                                    : nullptr;
}

std::string_view text_of(const json::value* object, std::string_view key) {
    const auto* value = member(object, key);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

// LUKS2 writes 64-bit numbers as strings. An unreadable one is as far away as can be.
Bytes offset_of(const json::value& segment) {
    const auto text = text_of(&segment, "offset");
    Bytes value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = failed == std::errc() && end == text.data() + text.size() && !text.empty();
    return whole ? value : std::numeric_limits<Bytes>::max();
}

// "backup-…" segments describe what a reencryption started from or leads to, not where data lies
// now.
bool is_backup(const json::value& segment) {
    const auto* flags = member(&segment, "flags");
    if (flags == nullptr || !flags->is_array()) return false;
    const auto& list = flags->get_array();
    return std::any_of(list.begin(), list.end(), [](const json::value& flag) {
        return flag.is_string() && std::string_view(flag.get_string()).starts_with("backup-");
    });
}

Finding judge_segment(const json::value& segment) {
    const auto type = text_of(&segment, "type");
    if (type == "linear") return {Verdict::plain, word::linear_segment};
    if (type != "crypt") return {Verdict::unknown, word::requirement_unknown};
    return graver(kFine, judge_cipher(text_of(&segment, "encryption")));
}

Finding judge_segments(const json::value* segments, Bytes part_size) {
    if (segments == nullptr || !segments->is_object()) return kInvalid;
    Finding result = kFine;
    auto first_data = std::numeric_limits<Bytes>::max();
    bool reaches_end = false;
    for (const auto& [name, segment] : segments->get_object()) {
        result = graver(result, judge_segment(segment));
        if (is_backup(segment)) continue;
        first_data = std::min(first_data, offset_of(segment));
        reaches_end = reaches_end || text_of(&segment, "size") == "dynamic";
    }
    if (!reaches_end || !data_follows_header(first_data, part_size))
        result = graver(result, {Verdict::unknown, word::data_not_covered});
    return result;
}

Finding judge_keyslot(const json::value& keyslot) {
    const auto type = text_of(&keyslot, "type");
    if (type == "reencrypt") return kFine;  // holds checksums or a journal of ciphertext, no key
    if (type != "luks2") return {Verdict::unknown, word::requirement_unknown};
    auto area = judge_cipher(text_of(member(&keyslot, "area"), "encryption"));
    if (area.verdict == Verdict::plain) area.evidence = word::clear_key;
    return graver(kFine, area);
}

Finding judge_keyslots(const json::value* keyslots) {
    if (keyslots == nullptr || !keyslots->is_object()) return kInvalid;
    Finding result = kFine;
    for (const auto& [name, keyslot] : keyslots->get_object())
        result = graver(result, judge_keyslot(keyslot));
    return result;
}

// A reencryption between two real ciphers is told by its segments. Other requirements change what a
// segment means.
Finding judge_requirements(const json::value* requirements) {
    const auto* mandatory = member(requirements, "mandatory");
    if (mandatory == nullptr) return kFine;
    if (!mandatory->is_array()) return kInvalid;
    for (const auto& each : mandatory->get_array())
        if (!each.is_string() ||
            !std::string_view(each.get_string()).starts_with("online-reencrypt"))
            return {Verdict::unknown, word::requirement_unknown};
    return kFine;
}

}  // namespace

bool data_follows_header(Bytes data_offset, Bytes part_size) {
    return data_offset != 0 && data_offset <= kFurthestData && data_offset < part_size;
}

Finding judge_luks2_metadata(std::string_view text, Bytes part_size) {
    boost::system::error_code failed;
    const auto root = json::parse(text, failed);
    if (failed) return kInvalid;
    auto result = judge_segments(member(&root, "segments"), part_size);
    result = graver(result, judge_keyslots(member(&root, "keyslots")));
    return graver(result, judge_requirements(member(member(&root, "config"), "requirements")));
}

}  // namespace vaktpost::examine
