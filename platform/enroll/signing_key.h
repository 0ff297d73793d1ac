// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "agent/core/result.h"
#include "platform/token/token_text.h"

namespace vaktpost::enroll {

// The organisation's Ed25519 key. OpenSSL asks for its passphrase where the file has one.
class SigningKey {
  public:
    static core::Result<SigningKey> load(const std::string& file);

    [[nodiscard]] const token::PublicKey& public_key() const { return public_key_; }
    [[nodiscard]] core::Result<std::string> sign(std::string_view text) const;  // hex digits

  private:
    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    };
    std::unique_ptr<EVP_PKEY, Free> key_;
    token::PublicKey public_key_{};
};

}  // namespace vaktpost::enroll
