// SPDX-License-Identifier: GPL-3.0-or-later
// Removable media: closed until examined, admitted only while they are what the policy wants.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

void on_medium_arrived(Context& context, const MediumArrived& event);
void on_medium_changed(Context& context, const MediumChanged& event);
void on_medium_left(Context& context, const MediumLeft& event);
void on_medium_examined(Context& context, const MediumExamined& event);

// The device is gone, or is judged anew: what was on it is no longer there to be explained.
void forget_withdrawn_media(State& state, const DeviceId& device);

// It was mounted past the gate, or that was tried: closed and withdrawn, whatever it was before.
void condemn(Context& context, MediumState& state, Seq cause);

// After the policy changed.
void reexamine_media(Context& context);

// The device's interfaces were judged, for the first time or otherwise than before: what a rule
// says of its media may have changed.
void rejudge_media(Context& context, const DeviceId& device);

}  // namespace vaktpost::core
