// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "platform/link/trouble.h"

namespace vaktpost::link {

struct FreeContext {
    void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

// PEM files.
struct IdentityFiles {
    std::string authority;    // whom we believe, and whom, by its revocation lists, no more
    std::string certificate;  // who we are, and who says so
    std::string key;
};

// Reads the files, each time anew, so that a renewed certificate is taken up by the next
// connection. Whoever connects by the context speaks TLS 1.2 or later and verifies the other side.
Outcome load_identity(const IdentityFiles& files, TlsContext& context);

}  // namespace vaktpost::link
