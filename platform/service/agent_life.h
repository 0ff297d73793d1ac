// SPDX-License-Identifier: GPL-3.0-or-later
// What outlives the agent: the files in /run/vaktpost in which it says what becomes of open
// sessions without it, and in which others say how it ended and what was done meanwhile. Nobody but
// root writes there; what is in them is read as if anybody could.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/time.h"
#include "agent/core/types.h"

namespace vaktpost::platform {

inline constexpr const char* run_folder = "/run/vaktpost";

// What becomes of the sessions when the agent is gone and not back in time: "lock 30000 c3".
struct AgentLostRule {
    bool lock = true;  // "lock" or "ignore"
    core::Duration deadline = std::chrono::seconds(30);
    // Never locked without the agent, since nobody could unlock them again.
    std::vector<core::SessionId> spared;
    bool operator==(const AgentLostRule&) const = default;
};

// The agent's part. Warns when it cannot be written: then the rule before it stands, or that of a
// missing file.
void write_agent_lost_rule(const AgentLostRule& rule,
                           const std::filesystem::path& folder = run_folder);
// The part of what stands in for it. Missing or broken: lock, 30 s, nobody spared.
AgentLostRule read_agent_lost_rule(const std::filesystem::path& folder = run_folder);

struct RunEnd {
    std::string result;  // $SERVICE_RESULT of systemd.exec(5): "success", "watchdog", "oom-kill" …
    core::Instant at;
};

core::Status write_run_end(const RunEnd& end, const std::filesystem::path& folder = run_folder);
// It stays where it is, for the agent to take.
std::optional<RunEnd> read_run_end(const std::filesystem::path& folder = run_folder);

core::Status write_locked_meanwhile(std::int64_t sessions,
                                    const std::filesystem::path& folder = run_folder);
// Somebody has stood in for the agent since it was last started.
bool locked_meanwhile(const std::filesystem::path& folder = run_folder);

struct PreviousRun {
    std::string result;                  // empty: not known
    std::optional<core::Duration> away;  // from its end until now
    std::int64_t locked_meanwhile = 0;   // sessions that were asked to lock without an agent
};

// At the agent's start, once: reads what the others wrote and removes it.
PreviousRun take_previous_run(core::Instant now, const std::filesystem::path& folder = run_folder);

// What the files' texts mean; nothing where they are broken.
std::optional<AgentLostRule> parse_agent_lost_rule(std::string_view text);
std::optional<RunEnd> parse_run_end(std::string_view text);
std::optional<std::int64_t> parse_locked_meanwhile(std::string_view text);

}  // namespace vaktpost::platform
