// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "agent/core/session_memory.h"

namespace vaktpost {

// A line for each session: its id, "owed" or "-", and for each card "reader:tag", the reader's name
// in hex digits since it may hold any byte.
std::string session_memory_text(const core::SessionMemories& memories);

// Lines that make no sense are left out: losing one is no worse than having had no memory.
core::SessionMemories parse_session_memory(std::string_view text);

// What the agent knows of the sessions, kept in memory of the machine (tmpfs) so that it outlives
// the agent and not the boot, in which session ids are used once.
class SessionMemoryFile {
  public:
    explicit SessionMemoryFile(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] core::SessionMemories read() const;

    // Writes where something has changed; a reader sees the old text or the new one, never half.
    void keep(const core::SessionMemories& memories);

  private:
    std::string path_;
    core::SessionMemories kept_;
    bool known_ = false;  // kept_ is what stands in the file
    bool warned_ = false;
};

}  // namespace vaktpost
