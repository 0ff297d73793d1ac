// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libcryptsetup.h>

#include <cstdint>
#include <memory>
#include <string>

#include "agent/core/result.h"
#include "platform/enroll/secret.h"
#include "platform/enroll/signing_key.h"

namespace vaktpost::enroll {

// The medium on its way to an encrypted one, step by step in this order. What ends in between
// leaves a medium without a token.
class Volume {
  public:
    static core::Result<Volume> open(const std::string& path);

    // Overwrites all that was on it, and says how far that is.
    core::Status overwrite(std::uint64_t size);
    // Only its two ends, where partition tables and file systems say that they are there.
    core::Status overwrite_ends(std::uint64_t size);
    // LUKS2 with a slot for the user and one for recovery; all that was known of the medium before
    // is gone.
    core::Status encrypt(const Secret& passphrase, const Secret& recovery);
    // Unlocks it for as long as that takes.
    core::Status make_file_system(const std::string& type);
    core::Status sign(const token::Content& content, const SigningKey& key);

  private:
    struct Free {
        void operator()(crypt_device* device) const { crypt_free(device); }
    };
    explicit Volume(crypt_device* device) : device_(device) {}
    [[nodiscard]] core::Result<std::string> metadata() const;

    std::unique_ptr<crypt_device, Free> device_;
};

}  // namespace vaktpost::enroll
