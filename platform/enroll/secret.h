// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/crypto.h>

#include <string>
#include <utility>

namespace vaktpost::enroll {

// A passphrase. Overwritten when it goes; not copied, so that there is one place.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    Secret(Secret&& other) noexcept { swap(other); }
    Secret& operator=(Secret&& other) noexcept {
        swap(other);
        return *this;
    }
    ~Secret() { OPENSSL_cleanse(text_.data(), text_.size()); }

    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    // Short texts lie in the object itself and would stay in the one moved from.
    void swap(Secret& other) noexcept { text_.swap(other.text_); }

    std::string text_;
};

// This process leaves no core dump, lets nobody but root look into it, and is not swapped out, as
// far as the system allows. First of all.
void keep_secrets_in_memory();

}  // namespace vaktpost::enroll
