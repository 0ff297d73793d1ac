// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace vaktpost::verify {

// Undoes the escapes of one column of PostgreSQL's COPY … TO STDOUT in text format ("\\" for a
// backslash, "\t" for a tab); the answer is valid until `room` changes.
std::string_view without_copy_escapes(std::string_view column, std::string& room);

}  // namespace vaktpost::verify
