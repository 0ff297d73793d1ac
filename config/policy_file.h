// SPDX-License-Identifier: GPL-3.0-or-later
// What a policy file holds beside the keys of agent/core/policy.def: one place for parser, sample
// and manual page.
#pragma once

#include <cstdint>
#include <string_view>

namespace vaktpost::config::policy_file {

inline constexpr std::string_view format_key = "format";
inline constexpr std::string_view format_help = "the format of this file";
inline constexpr std::int64_t format = 1;

inline constexpr std::string_view version_key = "version";
inline constexpr std::string_view version_help =
    "counted up by whoever writes the policy; stands in every event that the policy decided";

}  // namespace vaktpost::config::policy_file
