// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

#include "agent/core/words.h"

namespace vaktpost::core {

// What the agent learns the world from, and the log it writes to. Each is starting, ready or lost;
// a lost one degrades the agent.
enum class Source { card, activity, devices, sessions, network, log, mounts };
inline constexpr std::array all_sources{Source::card,     Source::activity, Source::devices,
                                        Source::sessions, Source::network,  Source::log,
                                        Source::mounts};
VAKTPOST_WORDS(Source, "card", "activity", "devices", "sessions", "network", "log", "mounts");

}  // namespace vaktpost::core
