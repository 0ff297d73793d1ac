// SPDX-License-Identifier: GPL-3.0-or-later
// Mounts: what is mounted from a medium is what was admitted, or goes through a real cipher.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

void on_mount_seen(Context& context, const MountSeen& event);
void on_mount_gone(Context& context, const MountGone& event);
void on_mount_judged(Context& context, const MountJudged& event);
void on_mount_refused(Context& context, const MountRefused& event);
void on_mount_judge_deadline(Context& context, const MountId& id);

// After something about that medium was decided.
void reconsider_mounts(Context& context, const MediumId& medium);

}  // namespace vaktpost::core
