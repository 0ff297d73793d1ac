// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/result.h"

#include <system_error>

namespace vaktpost::core {

Error system_error(int errno_value, std::string operation) {
    return {errno_value, std::move(operation), std::generic_category().message(errno_value)};
}

}  // namespace vaktpost::core
