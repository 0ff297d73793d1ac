// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace vaktpost::cli {

// A record as one aligned line for people: time, severity, type, code, then what else is worth a
// look.
std::string event_line(const boost::json::object& record);

}  // namespace vaktpost::cli
