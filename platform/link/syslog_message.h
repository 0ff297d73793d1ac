// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace vaktpost::link {

// The record as an RFC 5424 message: a header for receivers that look at nothing else, then the
// record byte for byte, as it was chained. What the header cannot hold, or the record does not
// say, is "-" there; text that is no record is sent all the same, and never changed.
std::string syslog_message(std::string_view record);

}  // namespace vaktpost::link
