// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/piv.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <initializer_list>

using namespace vaktpost::smartcard;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

Bytes element(std::uint8_t tag, const Bytes& value) {
    if (value.size() < 0x80) return Bytes{tag, static_cast<std::uint8_t>(value.size())} + value;
    return Bytes{tag, 0x82, static_cast<std::uint8_t>(value.size() >> 8),
                 static_cast<std::uint8_t>(value.size())} +
           value;
}

Bytes counting(std::size_t size, std::uint8_t first) {
    Bytes bytes(size);
    for (auto& byte : bytes) byte = first++;
    return bytes;
}

std::string text(const char* kind, const Bytes& value) {
    return kind + std::string{value.begin(), value.end()};
}

const Bytes guid = counting(16, 0x40);
const Bytes fasc_n = counting(25, 0x80);
const Bytes signature(1000, 0x5a);

Bytes chuid(const Bytes& fields) {
    return element(0x53, fields);
}
const Bytes usual =
    chuid(element(0xee, {1, 2}) + element(0x30, fasc_n) + element(0x34, guid) +
          element(0x35, counting(8, '0')) + element(0x3e, signature) + Bytes{0xfe, 0});

// Answers with what it was given, in order; then fails.
struct Script final : CardChannel {
    std::deque<Bytes> answers;
    std::vector<Bytes> asked;
    bool t1 = true;

    std::optional<Bytes> transmit(std::span<const std::uint8_t> command) override {
        asked.emplace_back(command.begin(), command.end());
        if (answers.empty()) return std::nullopt;
        auto answer = answers.front();
        answers.pop_front();
        return answer;
    }
    [[nodiscard]] bool length_beside_data() const override { return t1; }
};

const Bytes ok{0x90, 0x00};

}  // namespace

TEST_CASE("a card is known by its GUID, and by its FASC-N where it has none") {
    CHECK(identity_of(usual) == text("piv.guid:", guid));
    const auto blank = element(0x34, Bytes(16, 0));
    CHECK(identity_of(chuid(element(0x30, fasc_n) + blank)) == text("piv.fasc-n:", fasc_n));
    CHECK(identity_of(chuid(element(0x30, fasc_n))) == text("piv.fasc-n:", fasc_n));
}

TEST_CASE("numbers that many cards share are no identity") {
    auto outsider = fasc_n;
    const Bytes no_agency{0xd4, 0xe7, 0x39, 0xda};
    std::copy(no_agency.begin(), no_agency.end(), outsider.begin());
    CHECK_FALSE(identity_of(chuid(element(0x30, outsider))));
    CHECK_FALSE(identity_of(chuid(element(0x30, Bytes(25, 0)) + element(0x34, Bytes(16, 0xff)))));
}

TEST_CASE("fields of another size are no identity") {
    CHECK_FALSE(identity_of(chuid(element(0x34, counting(15, 1)))));
    CHECK_FALSE(identity_of(chuid(element(0x34, counting(17, 1)))));
    CHECK_FALSE(identity_of(chuid(element(0x34, {}))));
    CHECK_FALSE(identity_of(chuid(element(0x30, {}))));
}

TEST_CASE("an object cut short anywhere before the GUID's end gives no GUID and no crash") {
    for (std::size_t size = 0; size < usual.size(); ++size)
        CHECK_FALSE(identity_of(std::span{usual}.first(size)));
}

TEST_CASE("lengths that are longer than what is there, or in a form of their own, end the search") {
    CHECK_FALSE(identity_of(Bytes{0x53}));
    CHECK_FALSE(identity_of(Bytes{0x53, 0x80}));
    CHECK_FALSE(identity_of(Bytes{0x53, 0x82, 0x01}));
    CHECK_FALSE(identity_of(Bytes{0x53, 0x84, 0, 0, 0, 0}));
    CHECK_FALSE(identity_of(Bytes{0x53, 0x82, 0xff, 0xff, 0x34}));
    CHECK_FALSE(identity_of(chuid(Bytes{0x99, 0x7f} + element(0x34, guid))));
}

TEST_CASE("a length in two bytes is understood") {
    CHECK(identity_of(Bytes{0x53, 0x81, 0x12} + element(0x34, guid)) == text("piv.guid:", guid));
}

TEST_CASE("a PIV card is asked for its application and its CHUID, and nothing else") {
    Script card;
    card.answers = {Bytes{0x61, 0x00} + ok, chuid(element(0x34, guid)) + ok};
    CHECK(read_piv_identity(card) == text("piv.guid:", guid));
    const Bytes select{0x00, 0xa4, 0x04, 0x00, 0x0b, 0xa0, 0x00, 0x00, 0x03,
                       0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00, 0x00};
    const Bytes get{0x00, 0xcb, 0x3f, 0xff, 0x05, 0x5c, 0x03, 0x5f, 0xc1, 0x02, 0x00};
    CHECK(card.asked == std::vector{select, get});
}

TEST_CASE(
    "with T=0 no command names a length beside its data, and the card is asked for the rest") {
    Script card;
    card.t1 = false;
    const Bytes part = chuid(element(0x34, guid));
    card.answers = {ok,
                    {0x61, 0x14},
                    {0x6c, 0x08},
                    Bytes(part.begin(), part.begin() + 8) + Bytes{0x61, 0x0c},
                    Bytes(part.begin() + 8, part.end()) + ok};
    CHECK(read_piv_identity(card) == text("piv.guid:", guid));
    REQUIRE(card.asked.size() == 5);
    CHECK(card.asked[0].size() == 16);
    CHECK(card.asked[1].size() == 10);
    CHECK(card.asked[2] == Bytes{0x00, 0xc0, 0x00, 0x00, 0x14});
    CHECK(card.asked[3] == Bytes{0x00, 0xc0, 0x00, 0x00, 0x08});
    CHECK(card.asked[4] == Bytes{0x00, 0xc0, 0x00, 0x00, 0x0c});
}

TEST_CASE("a card that is no PIV card is asked once") {
    Script card;
    card.answers = {{0x6a, 0x82}};
    CHECK_FALSE(read_piv_identity(card));
    CHECK(card.asked.size() == 1);
}

TEST_CASE("a card that fails, or answers without a status, has no identity") {
    for (const auto& answer : {Bytes{}, Bytes{0x90}}) {
        Script card;
        card.answers = {ok, answer};
        CHECK_FALSE(read_piv_identity(card));
    }
    Script card;
    card.answers = {ok};
    CHECK_FALSE(read_piv_identity(card));
}

TEST_CASE("a card that never stops answering is given up") {
    const auto endless = GENERATE(as<Bytes>{}, Bytes{0x61, 0x00}, Bytes{0x6c, 0x05},
                                  Bytes(256, 0) + Bytes{0x61, 0x00});
    Script card;
    card.answers.assign(1000, endless);
    CHECK_FALSE(read_piv_identity(card));
    CHECK(card.asked.size() <= 65);
}
