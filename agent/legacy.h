// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "agent/core/state.h"
#include "agent/session_memory_file.h"
#include "platform/service/agent_life.h"

namespace vaktpost {

// What the agent leaves to its next run, and to whoever stands in for it until then. Kept up to
// date after each decision, since most ends come unannounced. Loop thread only; the files are
// small and in memory.
class Legacy {
  public:
    // What the run before left, to be read before anything is kept.
    [[nodiscard]] core::SessionMemories read() const { return memory_.read(); }

    void keep(const core::State& state, const core::Policy& policy);

  private:
    SessionMemoryFile memory_{"/run/vaktpost/sessions"};
    std::optional<platform::AgentLostRule> rule_;  // as written last
};

}  // namespace vaktpost
