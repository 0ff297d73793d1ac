// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/result.h"
#include "agent/core/types.h"
#include "smartcard/piv.h"

namespace vaktpost::smartcard {

// A card connected to beside other programs, with a context of libpcsclite of its own. It is never
// reset nor powered off: other programs notice no more than a card that was busy for a moment. For
// one thread; every function may block for as long as the card, pcscd or another program's
// transaction takes.
//
// Uses no call of libpcsclite that reads the states of the readers (SCardStatus, SCardListReaders,
// SCardGetStatusChange): version 1.9 keeps them in one place for all threads, unlocked.
class CardConnection final : public CardChannel {
  public:
    CardConnection() = default;
    ~CardConnection() override;
    CardConnection(const CardConnection&) = delete;
    CardConnection& operator=(const CardConnection&) = delete;

    // Connects, and holds other programs back until this object goes. An error with the code EAGAIN
    // means that another program has the card for itself: try again later, with a new object.
    core::Status open(const core::ReaderName& reader);

    std::optional<std::vector<std::uint8_t>> transmit(
        std::span<const std::uint8_t> command) override;
    [[nodiscard]] bool length_beside_data() const override;

  private:
    static constexpr long none = 0;

    long context_ = none;  // SCARDCONTEXT
    long card_ = none;     // SCARDHANDLE
    bool in_transaction_ = false;
    unsigned long protocol_ = 0;
};

}  // namespace vaktpost::smartcard
