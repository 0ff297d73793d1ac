// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/network_rules.h"

#include <algorithm>
#include <utility>

namespace vaktpost::core {
namespace {

// A cable that is moved, a dock that takes over, Wi-Fi that roams: over within this time.
constexpr Duration settle = std::chrono::seconds(10);
// What was there for less than that once is an accident. Twice within this time it is a finding.
constexpr Duration brief_memory = std::chrono::minutes(1);

using Findings = std::map<std::string, NetworkFinding>;

DeadlineId deadline(const std::string& subject) {
    return {DeadlineKind::network, subject};
}

bool matches(const Policy& policy, const Uplink& uplink) {
    const auto& patterns = policy.network.internal;
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        if (pattern.find('/') != std::string::npos)
            return matches_pattern(pattern, word(uplink.kind) + "/" + uplink.driver);
        return matches_pattern(pattern, uplink.interface) ||
               std::any_of(uplink.also.begin(), uplink.also.end(),
                           [&](const std::string& name) { return matches_pattern(pattern, name); });
    });
}

bool is_internal(const Context& context, const Uplink& uplink) {
    if (!context.policy.network.internal.empty()) return matches(context.policy, uplink);
    return uplink.interface == context.state.network.first;
}

bool is_here(const NetworkState& network, const std::string& interface) {
    return std::any_of(network.uplinks.begin(), network.uplinks.end(),
                       [&](const Uplink& uplink) { return uplink.interface == interface; });
}

// Where the policy names no internal one: the first, and of several at once a cable before others.
void choose_first(NetworkState& network) {
    const auto best = std::min_element(
        network.uplinks.begin(), network.uplinks.end(),
        [](const Uplink& one, const Uplink& other) { return one.kind < other.kind; });
    network.first = best == network.uplinks.end() ? std::string() : best->interface;
}

// The first one stays it while it is away for a moment.
void follow_first(Context& context) {
    auto& network = context.state.network;
    if (!context.policy.network.internal.empty()) {
        network.first.clear();
        if (std::exchange(network.first_away, false)) context.act(CancelDeadline{deadline({})});
        return;
    }
    if (network.first.empty()) return choose_first(network);
    const bool away = !is_here(network, network.first);
    if (std::exchange(network.first_away, away) == away) return;
    if (away)
        context.act(SetDeadline{deadline({}), context.now + settle});
    else
        context.act(CancelDeadline{deadline({})});
}

// udev names adapters after their hardware address where nothing better is known: enx0123456789ab,
// which is as good as a serial number.
std::string recorded_name(const std::string& interface) {
    constexpr std::size_t digits = 12;
    if (interface.size() <= digits) return interface;
    const auto start = interface.size() - digits;
    const bool address =
        interface.find_first_not_of("0123456789abcdef", start) == std::string::npos;
    return address ? interface.substr(0, start) + "*" : interface;
}

NetworkFinding second_uplink(const Context& context, const Uplink& uplink, const Uplink& internal) {
    NetworkFinding finding;
    finding.type = EventType::network_second_uplink;
    finding.rule = {context.policy.network.internal.empty() ? "builtin.first_uplink"
                                                            : "network.internal"};
    finding.notice = Notice::second_uplink;
    finding.data = {{"interface", recorded_name(uplink.interface)}, {"kind", word(uplink.kind)}};
    if (!uplink.driver.empty()) finding.data.push_back({"driver", uplink.driver});
    finding.data.push_back({"beside", recorded_name(internal.interface)});
    finding.data.push_back({"beside_kind", word(internal.kind)});
    return finding;
}

NetworkFinding sharing(std::string how) {
    NetworkFinding finding;
    finding.type = EventType::network_sharing;
    finding.rule = {"builtin.sharing"};
    finding.notice = Notice::network_sharing;
    finding.at_once = true;
    finding.data = {{"how", std::move(how)}};
    return finding;
}

void find_second_uplinks(const Context& context, Findings& found) {
    const auto& uplinks = context.state.network.uplinks;
    const auto internal = std::find_if(uplinks.begin(), uplinks.end(), [&](const Uplink& uplink) {
        return is_internal(context, uplink);
    });
    if (internal == uplinks.end()) return;
    for (const auto& uplink : uplinks)
        if (!is_internal(context, uplink))
            found["uplink:" + uplink.interface] = second_uplink(context, uplink, *internal);
}

void find_sharing(const Context& context, Findings& found) {
    const auto& shared = context.state.network.sharing;
    const auto forwarding = [&](std::string family) {
        auto finding = sharing("forwarding");
        finding.data.push_back({"family", family});
        finding.data.push_back({"masquerade", shared.masquerade});
        found["forwarding:" + family] = std::move(finding);
    };
    if (shared.ipv4) forwarding("ipv4");
    if (shared.ipv6) forwarding("ipv6");
    const auto over = [&](const std::string& how, const std::vector<std::string>& interfaces) {
        for (const auto& interface : interfaces) {
            auto finding = sharing(how);
            finding.data.push_back({"interface", recorded_name(interface)});
            found[std::string(how).append(":").append(interface)] = std::move(finding);
        }
    };
    over("access_point", shared.access_points);
    over("bridge", shared.bridges);
}

Record& append(Context& context, const NetworkFinding& finding, bool present) {
    auto data = finding.data;
    data.push_back({"present", present});
    auto& record = context.append(finding.type, std::move(data));
    record.rule = finding.rule;
    return record;
}

void tell(Context& context, NetworkFinding& finding) {
    finding.told = append(context, finding, true).seq;
    notify_in_front(context, finding.notice, *finding.told);
}

void tell_end(Context& context, const NetworkFinding& finding) {
    auto& record = append(context, finding, false);
    record.cause = finding.told;
    record.severity = Severity::notice;
}

void appeared(Context& context, const std::string& key, const NetworkFinding& finding) {
    auto& known = context.state.network.findings;
    const auto [entry, fresh] = known.try_emplace(key, finding);
    auto& now = entry->second;
    if (fresh && !now.at_once) {
        context.act(SetDeadline{deadline(key), context.now + settle});
    } else if (fresh) {
        tell(context, now);
    } else if (!std::exchange(now.present, true)) {
        context.act(CancelDeadline{deadline(key)});
        if (!now.told) tell(context, now);
    }
}

void disappeared(Context& context, const std::string& key, NetworkFinding& finding) {
    if (!std::exchange(finding.present, false)) return;
    context.act(SetDeadline{deadline(key), context.now + (finding.told ? settle : brief_memory)});
}

void compare(Context& context) {
    Findings found;
    find_second_uplinks(context, found);
    find_sharing(context, found);
    for (auto& [key, known] : context.state.network.findings)
        if (found.count(key) == 0) disappeared(context, key, known);
    for (const auto& [key, finding] : found) appeared(context, key, finding);
}

}  // namespace

void on_network_seen(Context& context, const NetworkSeen& event) {
    auto& network = context.state.network;
    network.uplinks = event.uplinks;
    network.sharing = event.sharing;
    follow_first(context);
    compare(context);
}

void on_network_deadline(Context& context, const std::string& subject) {
    auto& network = context.state.network;
    if (subject.empty()) {  // the first uplink has been away for long
        if (!network.first_away) return;
        network.first_away = false;
        choose_first(network);
        return compare(context);
    }
    const auto found = network.findings.find(subject);
    if (found == network.findings.end()) return;
    auto& finding = found->second;
    if (finding.present) {
        if (!finding.told) tell(context, finding);
        return;
    }
    if (finding.told) tell_end(context, finding);
    network.findings.erase(found);
}

void rejudge_network(Context& context) {
    follow_first(context);
    compare(context);
}

}  // namespace vaktpost::core
