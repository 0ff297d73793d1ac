// SPDX-License-Identifier: GPL-3.0-or-later
// What OpenSSL says went wrong, as states that an administrator can tell apart.
#pragma once

#include <string>

#include "platform/link/trouble.h"

namespace vaktpost::link {

// Why the receiver's certificate does not pass; `code` is an X509_V_ERR_…
Trouble unverified(long code, const std::string& host);

// What the receiver said before it hung up; `alert` as in RFC 8446, 6.
Trouble alerted(int alert);

// The newest error of this thread's OpenSSL, in its own words.
std::string openssl_words();

}  // namespace vaktpost::link
