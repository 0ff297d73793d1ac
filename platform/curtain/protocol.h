// SPDX-License-Identifier: GPL-3.0-or-later
// What the curtain says to the agent: lines of JSON, agent/control/README.md.
#pragma once

#include <string>
#include <string_view>

namespace vaktpost::curtain {

// `session` has passed is_session_id(), so it needs no escaping.
std::string register_line(std::string_view session);
std::string locked_line(std::string_view session);
std::string unlocked_line(std::string_view session);
std::string next_person_line(std::string_view session);

// What the agent answers to a line that it took; anything else is a refusal.
inline constexpr std::string_view accepted = R"({"ok":true})";

}  // namespace vaktpost::curtain
