// SPDX-License-Identifier: GPL-3.0-or-later
// libcryptsetup's own check of a header, on a copy of it.
#pragma once

#include <libcryptsetup.h>

#include <memory>
#include <optional>
#include <string>

#include "platform/examine/header_copy.h"

namespace vaktpost::examine {

// Once per process, before the sandbox: loads the hash library's modules, silences messages that
// quote the medium, and turns LUKS2's lock files off (there is nothing to lock and no place to
// write).
void prepare_libcryptsetup();

class LoadedHeader {
  public:
    // None: not a valid header of that type (CRYPT_LUKS1, CRYPT_LUKS2, CRYPT_BITLK, CRYPT_FVAULT2).
    static std::optional<LoadedHeader> load(const HeaderCopy& copy, const char* type);

    [[nodiscard]] std::string cipher() const;          // "aes-xts-plain64"; empty if it has none
    [[nodiscard]] Bytes data_offset() const;           // from the start of the part
    [[nodiscard]] std::string luks2_metadata() const;  // JSON; empty if there is none
    [[nodiscard]] std::string uuid() const;            // hostile text; empty if there is none

  private:
    struct Free {
        void operator()(crypt_device* device) const { crypt_free(device); }
    };
    using Device = std::unique_ptr<crypt_device, Free>;

    explicit LoadedHeader(Device device) : device_(std::move(device)) {}

    Device device_;
};

}  // namespace vaktpost::examine
