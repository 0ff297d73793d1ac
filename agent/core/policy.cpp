// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/policy.h"

namespace vaktpost::core {

bool UsbClassPattern::matches(const UsbClass& candidate) const {
    return (!base || *base == candidate.base) && (!sub || *sub == candidate.sub) &&
           (!protocol || *protocol == candidate.protocol);
}

}  // namespace vaktpost::core
