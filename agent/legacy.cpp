// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/legacy.h"

namespace vaktpost {
namespace {

platform::AgentLostRule rule_of(const core::State& state, const core::Policy& policy) {
    const auto& rules = policy.session;
    platform::AgentLostRule rule;
    rule.lock =
        rules.on_agent_lost == core::AgentLostRule::lock && rules.mode == core::Mode::enforce;
    rule.deadline = rules.agent_lost_deadline;
    for (const auto& [id, session] : state.sessions)
        if (!core::is_guarded(session, policy)) rule.spared.push_back(id);
    return rule;
}

}  // namespace

void Legacy::keep(const core::State& state, const core::Policy& policy) {
    memory_.keep(core::memory_of(state));
    auto rule = rule_of(state, policy);
    if (rule_ == rule) return;
    platform::write_agent_lost_rule(rule);
    rule_ = std::move(rule);
}

}  // namespace vaktpost
