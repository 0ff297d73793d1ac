// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "agent/core/events.h"

namespace vaktpost::ports {

// Where a source puts what it saw. Called on the loop's thread only; never throws.
using EventSink = std::function<void(core::Event)>;

}  // namespace vaktpost::ports
