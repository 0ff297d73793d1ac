// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace vaktpost::report {

using Parts = std::map<std::string_view, std::string>;

// The page with each {{name}} replaced by the part of that name. What a part holds is not looked at
// again, so no text of a record can stand for another part.
std::string fill(std::string_view page, const Parts& parts);

}  // namespace vaktpost::report
