// SPDX-License-Identifier: GPL-3.0-or-later
// What the machine itself is stored on: reported, never touched.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

void on_host_disks_seen(Context& context, const HostDisksSeen& event);

}  // namespace vaktpost::core
