// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/status.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "platform/base/journal.h"

namespace vaktpost::control {
namespace {

namespace json = boost::json;
using platform::printable;

std::string hex4(std::uint16_t number) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04x", unsigned{number});
    return text.data();
}

json::array lost_sources(const core::State& state, core::Instant now) {
    json::array list;
    for (const auto& [source, lost] : state.sources)
        if (lost.phase == core::SourcePhase::lost)
            list.push_back({{"source", core::to_string(source)},
                            {"cause", printable(lost.cause)},
                            {"for_ms", core::to_ms(now - lost.since)}});
    return list;
}

json::array starting_sources(const core::State& state) {
    json::array list;
    for (const core::Source source : core::all_sources) {
        const auto found = state.sources.find(source);
        if (found == state.sources.end() || found->second.phase == core::SourcePhase::starting)
            list.emplace_back(core::to_string(source));
    }
    return list;
}

json::object session_entry(const core::SessionId& id, const core::Session& session) {
    json::array witnesses;
    for (const core::Witness witness : session.witnesses)
        witnesses.emplace_back(core::to_string(witness));
    json::object entry{{"session", printable(id.value)},
                       {"class", core::to_string(session.info.session_class)},
                       {"seat", printable(session.info.seat.value)},
                       {"active", session.info.active},
                       {"lock", core::to_string(session.lock)},
                       {"witnesses", std::move(witnesses)},
                       {"cards", session.bound.size()},
                       {"no_way_back", session.no_way_back},
                       {"left_behind", session.left_behind}};
    if (session.means) entry["means"] = core::to_string(*session.means);
    if (session.lock == core::LockState::requested)
        entry["step"] = core::to_string(session.attempt.step);
    return entry;
}

json::array sessions(const core::State& state) {
    json::array list;
    for (const auto& [id, session] : state.sessions) list.push_back(session_entry(id, session));
    return list;
}

json::array holds(const core::State& state, core::Instant now) {
    json::array list;
    for (const auto& [name, seat] : state.seats)
        if (seat.hold_until)
            list.push_back(
                {{"seat", printable(name.value)},
                 {"reason", printable(seat.hold_reason)},
                 {"for_ms", std::max<std::int64_t>(0, core::to_ms(*seat.hold_until - now))}});
    return list;
}

// What somebody should know before leaving the machine; names nobody.
json::array warnings(const core::State& state, const core::Policy& policy) {
    json::array list;
    for (const auto& [id, session] : state.sessions) {
        if (!core::is_guarded(session, policy)) continue;
        const std::string which = session.info.seat.empty()
                                      ? std::string("a remote session")
                                      : "a session on " + printable(session.info.seat.value);
        if (session.means == core::LockMeans::none) list.emplace_back(which + " cannot be locked");
        if (session.no_way_back) list.emplace_back(which + " cannot be unlocked again");
    }
    return list;
}

json::array readers(const core::State& state) {
    json::array list;
    for (const auto& [name, reader] : state.readers)
        list.push_back(
            {{"reader", printable(name.value)}, {"card", reader.card}, {"leased", reader.leased}});
    return list;
}

json::array usb_devices(const core::State& state) {
    json::array list;
    for (const auto& [id, device] : state.usb) {
        json::array interfaces;
        for (const auto& [number, decision] : device.interfaces)
            interfaces.push_back({{"interface", number},
                                  {"decision", core::to_string(decision.verdict)},
                                  {"rule", printable(decision.rule.value)},
                                  {"observed", decision.observed}});
        list.push_back({{"device", printable(id.value)},
                        {"vendor", hex4(device.device.vendor)},
                        {"product", hex4(device.device.product)},
                        {"interfaces", std::move(interfaces)}});
    }
    return list;
}

json::array media(const core::State& state) {
    json::array list;
    for (const auto& [id, medium] : state.media) {
        json::object entry{{"medium", printable(id.value)},
                           {"phase", core::to_string(medium.phase)}};
        if (medium.medium.device) entry["device"] = printable(medium.medium.device->value);
        if (medium.admission) entry["admitted"] = core::to_string(*medium.admission);
        if (medium.phase != core::MediumPhase::examining) {
            entry["verdict"] = core::to_string(medium.examination.verdict);
            entry["reason"] = printable(medium.examination.reason);
        }
        list.push_back(std::move(entry));
    }
    return list;
}

json::object centre_text(const CentreStatus& centre) {
    json::object text{{"waiting", centre.waiting}};
    if (centre.acknowledged_seq != 0)
        text["acknowledged"] = {{"epoch", centre.acknowledged_epoch},
                                {"seq", centre.acknowledged_seq}};
    if (!centre.link.empty()) text["link"] = printable(centre.link);
    if (!centre.cause.empty()) text["cause"] = printable(centre.cause);
    if (!centre.receiver.empty()) text["receiver"] = printable(centre.receiver);
    return text;
}

}  // namespace

std::string status_text(const StatusSubject& subject, bool full) {
    const auto& [state, policy, policy_sha256, epoch, now, centre] = subject;
    json::object status;
    status["state"] = core::to_string(core::health_of(state));
    status["lost"] = lost_sources(state, now);
    status["starting"] = starting_sources(state);
    status["version"] = state.version;
    status["policy"] = {{"version", policy.version}, {"sha256", policy_sha256}};
    status["modes"] = {{"session", core::to_string(policy.session.mode)},
                       {"media", core::to_string(policy.media.mode)},
                       {"usb", core::to_string(policy.usb.mode)}};
    status["warnings"] = warnings(state, policy);
    status["log"] = {{"epoch", epoch}, {"seq", state.next_seq - 1}};
    if (centre.configured) status["centre"] = centre_text(centre);
    if (full) {
        status["sessions"] = sessions(state);
        status["holds"] = holds(state, now);
        status["readers"] = readers(state);
        status["usb"] = usb_devices(state);
        status["media"] = media(state);
    }
    return json::serialize(status);
}

}  // namespace vaktpost::control
