// SPDX-License-Identifier: GPL-3.0-or-later
// A hostile card: every answer it gives, and the object by itself. An answer is a length of two
// bytes, little endian, and that many bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "smartcard/piv.h"

namespace {

class FuzzedCard final : public vaktpost::smartcard::CardChannel {
  public:
    explicit FuzzedCard(std::span<const std::uint8_t> answers) : rest_(answers) {}

    std::optional<std::vector<std::uint8_t>> transmit(
        std::span<const std::uint8_t> command) override {
        if (command.size() < 5 || ++asked_ > 2 * 64) std::abort();
        if (rest_.size() < 2) return std::nullopt;
        const std::size_t wanted = rest_[0] + std::size_t{256} * rest_[1];
        rest_ = rest_.subspan(2);
        const auto answer = rest_.first(std::min(wanted, rest_.size()));
        rest_ = rest_.subspan(answer.size());
        return std::vector<std::uint8_t>(answer.begin(), answer.end());
    }
    [[nodiscard]] bool length_beside_data() const override { return rest_.size() % 2 == 0; }

  private:
    std::span<const std::uint8_t> rest_;
    int asked_ = 0;
};

void check(const std::optional<std::string>& identity) {
    if (identity && identity->size() != 9 + 16 && identity->size() != 11 + 25) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::uint8_t> bytes(data, size);
    check(vaktpost::smartcard::identity_of(bytes));
    FuzzedCard card(bytes);
    check(vaktpost::smartcard::read_piv_identity(card));
    return 0;
}
