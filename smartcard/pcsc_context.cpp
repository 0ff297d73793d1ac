// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/pcsc_context.h"

#include <winscard.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace vaktpost::smartcard {

namespace {

static_assert(std::is_same_v<SCARDCONTEXT, long>);
static_assert(ReaderService::max_readers == PCSCLITE_MAX_READERS_CONTEXTS);
static_assert(state_flag::unknown == SCARD_STATE_UNKNOWN);
static_assert(state_flag::unavailable == SCARD_STATE_UNAVAILABLE);
static_assert(state_flag::empty == SCARD_STATE_EMPTY);
static_assert(state_flag::present == SCARD_STATE_PRESENT);
static_assert(state_flag::mute == SCARD_STATE_MUTE);

constexpr const char* arrivals = R"(\\?PnP?\Notification)";  // its name, not a reader's

core::Error error_of(const char* operation, LONG code) {
    return {0, operation, pcsc_stringify_error(code)};
}

// A "multi-string": names ended by NUL, the list by an empty one.
std::vector<core::ReaderName> split(std::string_view list) {
    std::vector<core::ReaderName> names;
    while (!list.empty() && list.front() != '\0' && names.size() < ReaderService::max_readers) {
        const auto name = list.substr(0, list.find('\0'));
        names.push_back({std::string{name}});
        list.remove_prefix(std::min(name.size() + 1, list.size()));
    }
    return names;
}

}  // namespace

core::Status PcscContext::establish() {
    const CallWatch::Call call{calls_, {}};
    SCARDCONTEXT context = none;
    const LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context);
    if (code != SCARD_S_SUCCESS) return error_of("connect to pcscd", code);
    context_ = context;
    return core::Done{};
}

void PcscContext::release() {
    const long context = context_.exchange(none);
    if (context == none) return;
    const CallWatch::Call call{calls_, {}};
    SCardReleaseContext(context);
}

core::Result<std::vector<core::ReaderName>> PcscContext::readers() {
    const CallWatch::Call call{calls_, {}};
    // Room for every reader there can be: no second call, between which the list could grow.
    std::array<char, max_readers * MAX_READERNAME + 1> list{};
    DWORD size = list.size();
    const LONG code = SCardListReaders(context_, nullptr, list.data(), &size);
    if (code == SCARD_E_NO_READERS_AVAILABLE) return std::vector<core::ReaderName>{};
    if (code != SCARD_S_SUCCESS) return error_of("list card readers", code);
    return split({list.data(), std::min<std::size_t>(size, list.size())});
}

core::Result<ReaderService::Woken> PcscContext::wait(std::vector<ReaderReading>& picture,
                                                     std::chrono::milliseconds timeout) {
    const CallWatch::Call call{calls_, timeout};
    std::array<SCARD_READERSTATE, max_readers> states{};
    const std::size_t readers = std::min(picture.size(), max_readers);
    for (std::size_t i = 0; i < readers; ++i) {
        states[i].szReader = picture[i].name.value.c_str();
        states[i].dwCurrentState = known_state(picture[i]);
    }
    std::size_t entries = readers;
    // With every place taken no reader can arrive, and PC/SC refuses a longer list.
    if (entries < max_readers) states[entries++].szReader = arrivals;

    const LONG code = SCardGetStatusChange(context_, static_cast<DWORD>(timeout.count()),
                                           states.data(), static_cast<DWORD>(entries));
    if (code == SCARD_E_CANCELLED) return Woken::interrupted;
    if (code == SCARD_E_UNKNOWN_READER) return Woken::unknown_reader;
    if (code != SCARD_S_SUCCESS && code != SCARD_E_TIMEOUT)
        return error_of("watch card readers", code);
    for (std::size_t i = 0; i < readers; ++i) {
        const std::span<const std::uint8_t> atr{states[i].rgbAtr};
        picture[i] = reading_of(std::move(picture[i].name),
                                static_cast<std::uint32_t>(states[i].dwEventState),
                                atr.first(std::min<std::size_t>(states[i].cbAtr, atr.size())));
    }
    return code == SCARD_E_TIMEOUT ? Woken::timed_out : Woken::changed;
}

void PcscContext::interrupt() const {
    const long context = context_;
    if (context != none) SCardCancel(context);
}

}  // namespace vaktpost::smartcard
