// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/health.h"

#include <algorithm>

#include "agent/core/cards.h"
#include "agent/core/exceptions.h"
#include "agent/core/idle.h"
#include "agent/core/known_media.h"
#include "agent/core/lock_check.h"
#include "agent/core/locking.h"
#include "agent/core/log_rules.h"
#include "agent/core/media_rules.h"
#include "agent/core/network_rules.h"
#include "agent/core/presence.h"
#include "agent/core/sessions.h"
#include "agent/core/surroundings.h"
#include "agent/core/usb_rules.h"

namespace vaktpost::core {
namespace {

// Storage that was open to users in the boot gap.
std::int64_t count_open_before(const State& state) {
    return std::count_if(state.usb.begin(), state.usb.end(), [](const auto& entry) {
        const auto& device = entry.second.device;
        return device.present_at_start && device.storage_driven && !device.holds_system_disk;
    });
}

void arm_if_ready(Context& context) {
    const auto& state = context.state;
    if (state.armed_once || health_of(state) != Health::armed) return;
    context.state.armed_once = true;
    std::vector<Field> data;
    if (state.boot_gap) {
        data.push_back({"boot_gap_ms", to_ms(*state.boot_gap)});
        data.push_back({"open_before", count_open_before(state)});
    }
    data.push_back({"start_ms", to_ms(context.now - state.started)});
    context.append(EventType::agent_armed, std::move(data));
}

std::int64_t count_lockable(const State& state, const Policy& policy) {
    return std::count_if(state.sessions.begin(), state.sessions.end(),
                         [&](const auto& entry) { return is_guarded(entry.second, policy); });
}

}  // namespace

void on_agent_started(Context& context, const AgentStarted& event) {
    context.state.version = event.version;
    context.state.started = context.now;
    for (const auto source : all_sources) context.state.sources[source].since = context.now;
    std::vector<Field> data{{"version", event.version}, {"previous_end", word(event.previous_end)}};
    if (!event.previous_result.empty()) data.push_back({"previous_result", event.previous_result});
    if (event.away) data.push_back({"away_ms", to_ms(*event.away)});
    if (event.locked_meanwhile != 0) data.push_back({"locked_meanwhile", event.locked_meanwhile});
    auto& record = context.append(EventType::agent_started, std::move(data));
    if (event.previous_end == PreviousEnd::unclean) record.severity = Severity::warning;
    arm_heartbeat(context);
    begin_counting_routine(context);  // of the run before some may be uncounted
}

void on_agent_stopping(Context& context, const AgentStopping& event) {
    if (context.policy.usb.restore_on_stop) context.act(RestoreUsbDefaults{});
    context.append(EventType::agent_stopping, {{"cause", event.cause}});
    remember_present(context);
}

void on_source_lost(Context& context, const SourceLost& event) {
    auto& source = context.state.sources[event.source];
    if (source.phase == SourcePhase::lost) return;
    source = {SourcePhase::lost, context.now, event.cause, std::nullopt};
    if (event.source == Source::card) on_cards_lost(context);
    source.degraded = context
                          .append(EventType::agent_degraded,
                                  {{"source", word(event.source)}, {"cause", event.cause}})
                          .seq;
    if (event.source == Source::sessions) on_sessions_lost(context);
}

void on_source_back(Context& context, const SourceBack& event) {
    auto& source = context.state.sources[event.source];
    const auto before = source;
    source = {SourcePhase::ready, context.now, {}, std::nullopt};
    if (event.boot_gap) context.state.boot_gap = event.boot_gap;
    if (before.phase == SourcePhase::lost) {
        auto& record = context.append(
            EventType::agent_recovered,
            {{"source", word(event.source)}, {"away_ms", to_ms(context.now - before.since)}});
        record.cause = before.degraded;
        if (event.source == Source::sessions) on_sessions_back(context);
    }
    if (event.source == Source::card) on_cards_known(context);
    if (event.source == Source::devices) context.state.learning_inputs = false;
    arm_if_ready(context);
}

void on_heartbeat_deadline(Context& context) {
    const auto& state = context.state;
    std::vector<std::string> lost;
    for (const auto source : lost_sources(state)) lost.push_back(word(source));
    std::vector<Field> data{{"state", word(health_of(state))}, {"lost", std::move(lost)}};
    // How many sit there is the day's work too.
    if (context.policy.log.routine == RoutineRule::central) {
        data.push_back({"sessions", count_lockable(state, context.policy)});
        data.push_back({"usb_devices", static_cast<std::int64_t>(state.usb.size())});
        data.push_back({"media", static_cast<std::int64_t>(state.media.size())});
    }
    context.append(EventType::heartbeat, std::move(data));
    remember_present(context);
    arm_heartbeat(context);
}

void on_policy_applied(Context& context, const PolicyApplied& event) {
    context.append(
        EventType::policy_applied,
        {{"version", event.version}, {"sha256", event.sha256}, {"source", event.source}});
    rejudge_cards(context);
    check_accounts(context);
    for (const auto& [name, seat] : std::map(context.state.seats)) {
        follow_new_idle_time(context, name);
        check_ways_back(context, name);
    }
    end_exceptions(context);
    rejudge_usb(context);
    arm_time(context);
    reexamine_media(context);
    rejudge_network(context);
    arm_heartbeat(context);
}

void on_policy_rejected(Context& context, const PolicyRejected& event) {
    context.append(EventType::policy_rejected, {{"error", event.error}}).outcome = Outcome::failed;
}

}  // namespace vaktpost::core
