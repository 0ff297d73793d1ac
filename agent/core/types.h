// SPDX-License-Identifier: GPL-3.0-or-later
// Identities: a reader's name never passes for a session's.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace vaktpost::core {

template <class Tag>
struct Name {
    std::string value;
    auto operator<=>(const Name&) const = default;
    [[nodiscard]] bool empty() const { return value.empty(); }
};

// As PC/SC lists it: hostile text, never shown unescaped.
using ReaderName = Name<struct ReaderTag>;
using SessionId = Name<struct SessionTag>;  // logind's session id: "2", "c1"
using SeatName = Name<struct SeatTag>;  // logind's seat: "seat0"; empty for ssh and serial sessions
using DeviceId = Name<struct DeviceTag>;  // kernel's name of a USB device: "1-2.3"
using MediumId = Name<struct MediumTag>;  // kernel name and disk sequence number: "sdb-17", never
                                          // used twice in a boot
using MountId = Name<struct MountTag>;    // of the mounted block device: "8:17"
using RuleId =
    Name<struct RuleTag>;  // a policy rule's id, or a built-in one's: "builtin.card_reader"
using Tag = Name<struct PseudonymTag>;  // keyed pseudonym (HMAC) of a card or serial number; empty:
                                        // none known

using Bytes = std::uint64_t;
using Seq = std::uint64_t;  // number of a record within its epoch, from 1

}  // namespace vaktpost::core
