// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "agent/core/result.h"
#include "platform/enroll/secret.h"

namespace vaktpost::enroll {

// A passphrase that nobody types: it opens the medium when its user cannot.
struct Recovery {
    Secret passphrase;      // 64 hex digits
    std::string encrypted;  // to the organisation's certificate: CMS, DER, in base64
};

// RSA certificates with OAEP, others as their key wants it. The private key is needed to open it
// again, and never on this machine.
core::Result<Recovery> make_recovery(const std::string& certificate_file);

}  // namespace vaktpost::enroll
