// SPDX-License-Identifier: GPL-3.0-or-later
// From files to what the agent obeys. Reads small local files: may be called on the loop thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/core/policy.h"
#include "agent/core/result.h"
#include "config/settings.h"

namespace vaktpost::config {

inline constexpr std::string_view settings_path = "/etc/vaktpost/agent.toml";

struct PolicyPaths {
    std::string local = "/etc/vaktpost/policy.toml";  // replaces the default where it exists
    std::string standard = "/usr/share/vaktpost/default-policy.toml";  // the package's own
};

struct LoadedPolicy {
    core::Policy policy;
    std::string sha256;  // of the file's bytes, 64 hex digits; empty: built in, there was no file
    std::string_view source;  // "local" or "default", as in the event policy.applied
    std::string warning;      // what was done instead of what should have been; empty: nothing
};

// The local policy where there is one, else the package's, else the built-in one with a warning. An
// Error is a file that is there but cannot be obeyed; the caller then keeps the policy it has.
core::Result<LoadedPolicy> load_policy(const PolicyPaths& paths);

// For a start at which load_policy() failed, so that there is no policy to keep: the package's,
// else the built-in one.
LoadedPolicy fallback_policy(const PolicyPaths& paths);

// A missing file is no error: the defaults hold.
core::Result<Settings> load_settings(const std::string& path);

}  // namespace vaktpost::config
