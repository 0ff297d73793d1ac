// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/card_connection.h"

#include <winscard.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <type_traits>

namespace vaktpost::smartcard {

namespace {

static_assert(std::is_same_v<SCARDCONTEXT, long>);
static_assert(std::is_same_v<SCARDHANDLE, long>);
static_assert(std::is_same_v<DWORD, unsigned long>);

core::Status status_of(const char* operation, LONG code) {
    if (code == SCARD_S_SUCCESS) return core::Done{};
    // A reset by another program must be acknowledged by connecting anew.
    const bool busy = code == SCARD_E_SHARING_VIOLATION || code == SCARD_W_RESET_CARD;
    return core::Error{busy ? EAGAIN : 0, operation, pcsc_stringify_error(code)};
}

}  // namespace

CardConnection::~CardConnection() {
    if (in_transaction_) SCardEndTransaction(card_, SCARD_LEAVE_CARD);
    if (card_ != none) SCardDisconnect(card_, SCARD_LEAVE_CARD);
    if (context_ != none) SCardReleaseContext(context_);
}

core::Status CardConnection::open(const core::ReaderName& reader) {
    auto done = status_of("connect to pcscd",
                          SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context_));
    if (!done) return done;
    done = status_of("connect to the card",
                     SCardConnect(context_, reader.value.c_str(), SCARD_SHARE_SHARED,
                                  SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card_, &protocol_));
    if (!done) return done;
    done = status_of("begin a transaction", SCardBeginTransaction(card_));
    in_transaction_ = done.ok();
    return done;
}

bool CardConnection::length_beside_data() const {
    return protocol_ != SCARD_PROTOCOL_T0;
}

std::optional<std::vector<std::uint8_t>> CardConnection::transmit(
    std::span<const std::uint8_t> command) {
    std::array<std::uint8_t, MAX_BUFFER_SIZE> answer{};
    DWORD size = answer.size();
    const auto* header = protocol_ == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    const LONG code =
        SCardTransmit(card_, header, command.data(), command.size(), nullptr, answer.data(), &size);
    if (code != SCARD_S_SUCCESS) return std::nullopt;
    const auto end = answer.begin() + static_cast<std::ptrdiff_t>(std::min(size, answer.size()));
    return std::vector<std::uint8_t>(answer.begin(), end);
}

}  // namespace vaktpost::smartcard
