// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "agent/core/types.h"

namespace vaktpost::platform {

// Turns what identifies a card or a device into a tag that can be compared on this machine and
// resolved only with its key: HMAC-SHA256 (RFC 2104) under a key per host.
class Pseudonym {
  public:
    using Key = std::array<std::uint8_t, 32>;

    // Reads the key; where the file does not exist, makes one (root alone may read it). A file that
    // cannot be read, written or is no key is left as it is: tags then come from a key of this run
    // alone, and a warning says so. Blocks on the disk; throws std::system_error only where the
    // kernel has no randomness.
    explicit Pseudonym(const std::filesystem::path& key_file);

    // Tags under a key of the caller's.
    explicit Pseudonym(const Key& key) : key_(key) {}

    // 16 hex digits, the first 64 bits of the HMAC over `domain`, a zero byte and `value`. Domains
    // ("card", "usb") keep equal values of different kinds apart; a domain holds no zero byte. An
    // empty value has the empty tag.
    [[nodiscard]] core::Tag tag(std::string_view domain, std::string_view value) const;

  private:
    Key key_{};
};

// The tag of a USB device's serial number, which is unique within its model at best.
core::Tag usb_serial_tag(const Pseudonym& pseudonym, std::uint16_t vendor, std::uint16_t product,
                         std::string_view serial);

// The tag of what identifies a volume on a medium (its UUID, or those of several with a blank in
// between), upper or lower case.
core::Tag volume_tag(const Pseudonym& pseudonym, std::string_view identifier);

}  // namespace vaktpost::platform
