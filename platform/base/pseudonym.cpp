// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/pseudonym.h"

#include <nettle/hmac.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "platform/base/journal.h"
#include "platform/base/small_file.h"

namespace vaktpost::platform {
namespace {

Pseudonym::Key random_key() {
    Pseudonym::Key key{};
    // 32 bytes come whole or not at all: getrandom(2).
    if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size()))
        throw std::system_error(errno, std::generic_category(), "getrandom");
    return key;
}

void update(hmac_sha256_ctx& context, std::string_view text) {
    hmac_sha256_update(&context, text.size(), reinterpret_cast<const std::uint8_t*>(text.data()));
}

}  // namespace

Pseudonym::Pseudonym(const std::filesystem::path& key_file) {
    const auto stored = read_small(key_file, key_.size());
    if (stored && stored->size() == key_.size()) {
        std::copy(stored->begin(), stored->end(), key_.begin());
        return;
    }
    key_ = random_key();
    if (!stored && stored.error().code == ENOENT) {
        const std::string content(key_.begin(), key_.end());
        const auto kept = replace_file(key_file, content, 0600);
        if (!kept) warn("tags hold for this run alone: " + kept.error().text());
    } else {
        warn("tags hold for this run alone: " +
             (stored ? key_file.string() + " is no key" : stored.error().text()));
    }
}

core::Tag Pseudonym::tag(std::string_view domain, std::string_view value) const {
    if (value.empty()) return {};
    hmac_sha256_ctx context;
    hmac_sha256_set_key(&context, key_.size(), key_.data());
    update(context, domain);
    update(context, std::string_view("\0", 1));
    update(context, value);
    std::array<std::uint8_t, 8> digest{};
    hmac_sha256_digest(&context, digest.size(), digest.data());

    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : digest) {
        text += digits[byte >> 4U];
        text += digits[byte & 0xfU];
    }
    return {text};
}

core::Tag usb_serial_tag(const Pseudonym& pseudonym, std::uint16_t vendor, std::uint16_t product,
                         std::string_view serial) {
    return pseudonym.tag(
        "usb", std::to_string(vendor) + ":" + std::to_string(product) + ":" + std::string(serial));
}

core::Tag volume_tag(const Pseudonym& pseudonym, std::string_view identifier) {
    std::string lower;
    for (const char c : identifier)
        lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return pseudonym.tag("volume", lower);
}

}  // namespace vaktpost::platform
