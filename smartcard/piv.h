// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vaktpost::smartcard {

// One conversation with a card. A card is hostile: it may answer anything.
class CardChannel {
  public:
    virtual ~CardChannel() = default;

    // One command APDU and its answer with both status bytes; nothing when the card or its reader
    // fails. Blocks for as long as the card likes.
    virtual std::optional<std::vector<std::uint8_t>> transmit(
        std::span<const std::uint8_t> command) = 0;

    // Whether a command that carries data may also name the length it expects: not with T=0, where
    // the card says what is left and is asked for it (ISO 7816-3).
    [[nodiscard]] virtual bool length_beside_data() const = 0;
};

// Who a PIV card says it is: its Card Holder Unique Identifier (NIST SP 800-73-4, part 1, 3.1.2 and
// part 2, 3.1.2), which anybody may read without a PIN. Nothing for every other card.
// The bytes name a person: they go into a keyed tag at once and nowhere else.
std::optional<std::string> read_piv_identity(CardChannel& card);

// The same from the answer to GET DATA, without status bytes: the GUID, else the FASC-N; either
// only where it tells one card from another. Pure.
std::optional<std::string> identity_of(std::span<const std::uint8_t> chuid);

// What a card may send in answer to one question; a CHUID with its signature takes up to 3.4 kB.
inline constexpr std::size_t longest_card_answer = 8192;

}  // namespace vaktpost::smartcard
