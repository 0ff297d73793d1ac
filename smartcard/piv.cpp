// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/piv.h"

#include <algorithm>
#include <array>

namespace vaktpost::smartcard {

namespace {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

constexpr std::size_t most_exchanges = 64;  // for one question; each part has at least one byte
constexpr std::size_t guid_bytes = 16;
constexpr std::size_t fasc_n_bytes = 25;

constexpr std::uint8_t container = 0x53;
constexpr std::uint8_t guid_tag = 0x34;
constexpr std::uint8_t fasc_n_tag = 0x30;

// --- the conversation

struct Answer {
    View data;
    std::uint8_t sw1 = 0;
    std::uint8_t sw2 = 0;
};

std::optional<Answer> split(View answer) {
    if (answer.size() < 2) return std::nullopt;
    return Answer{answer.first(answer.size() - 2), answer[answer.size() - 2], answer.back()};
}

// The whole answer to one command, however many parts the card sends it in (ISO 7816-4: 61xx, there
// is more; 6Cxx, ask again with this length). Nothing unless it ends well.
std::optional<Bytes> ask(CardChannel& card, Bytes command) {
    Bytes whole;
    for (std::size_t exchange = 0; exchange < most_exchanges; ++exchange) {
        const auto raw = card.transmit(command);
        const auto answer = raw ? split(*raw) : std::nullopt;
        if (!answer || whole.size() + answer->data.size() > longest_card_answer)
            return std::nullopt;
        if (answer->sw1 == 0x6c && command.size() == 5) {
            command.back() = answer->sw2;
            continue;
        }
        whole.insert(whole.end(), answer->data.begin(), answer->data.end());
        if (answer->sw1 == 0x90 && answer->sw2 == 0x00) return whole;
        if (answer->sw1 != 0x61) return std::nullopt;
        command = {0x00, 0xc0, 0x00, 0x00, answer->sw2};
    }
    return std::nullopt;
}

Bytes command(const CardChannel& card, std::array<std::uint8_t, 4> header, View data) {
    Bytes bytes{header.begin(), header.end()};
    bytes.push_back(static_cast<std::uint8_t>(data.size()));
    bytes.insert(bytes.end(), data.begin(), data.end());
    if (card.length_beside_data()) bytes.push_back(0);
    return bytes;
}

// --- the object

struct Element {
    std::uint8_t tag = 0;
    View value;
};

// Takes one BER-TLV element off the front: a tag of one byte, a length of one to three. Nothing,
// and the rest as it was, where there is none.
std::optional<Element> take(View& rest) {
    if (rest.size() < 2) return std::nullopt;
    std::size_t header = 2;
    std::size_t length = rest[1];
    if (length > 0x82 || length == 0x80) return std::nullopt;
    if (length > 0x80) {
        const std::size_t more = length - 0x80;
        if (rest.size() < header + more) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < more; ++i) length = length << 8 | rest[header + i];
        header += more;
    }
    if (rest.size() - header < length) return std::nullopt;
    const Element element{rest[0], rest.subspan(header, length)};
    rest = rest.subspan(header + length);
    return element;
}

std::optional<View> find(View elements, std::uint8_t tag) {
    while (const auto element = take(elements))
        if (element->tag == tag) return element->value;
    return std::nullopt;
}

// All zeros, or all ones: a field that nobody filled in.
bool is_blank(View value) {
    return std::ranges::all_of(value, [&](auto byte) { return byte == value.front(); });
}

// Agency code 9999, digits of five bits after a start sentinel: what every card from outside of the
// US government has, the same on all of them.
bool names_no_agency(View fasc_n) {
    return fasc_n[0] == 0xd4 && fasc_n[1] == 0xe7 && fasc_n[2] == 0x39 && (fasc_n[3] & 0x80) != 0;
}

std::string identity(const char* kind, View value) {
    return kind + std::string{value.begin(), value.end()};
}

}  // namespace

std::optional<std::string> identity_of(View chuid) {
    const auto object = find(chuid, container);
    if (!object) return std::nullopt;
    const auto guid = find(*object, guid_tag);
    if (guid && guid->size() == guid_bytes && !is_blank(*guid)) return identity("piv.guid:", *guid);
    const auto fasc_n = find(*object, fasc_n_tag);
    if (fasc_n && fasc_n->size() == fasc_n_bytes && !is_blank(*fasc_n) && !names_no_agency(*fasc_n))
        return identity("piv.fasc-n:", *fasc_n);
    return std::nullopt;
}

std::optional<std::string> read_piv_identity(CardChannel& card) {
    constexpr std::array<std::uint8_t, 11> application{0xa0, 0x00, 0x00, 0x03, 0x08, 0x00,
                                                       0x00, 0x10, 0x00, 0x01, 0x00};
    constexpr std::array<std::uint8_t, 5> chuid{0x5c, 0x03, 0x5f, 0xc1, 0x02};
    if (!ask(card, command(card, {0x00, 0xa4, 0x04, 0x00}, application))) return std::nullopt;
    const auto object = ask(card, command(card, {0x00, 0xcb, 0x3f, 0xff}, chuid));
    return object ? identity_of(*object) : std::nullopt;
}

}  // namespace vaktpost::smartcard
