// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/log_start.h"

#include <algorithm>
#include <utility>

#include "agent/core/catalogue.h"

namespace vaktpost::events {
namespace {

std::uint64_t highest_epoch(const std::optional<Head>& head, std::uint64_t noted_epoch) {
    return std::max(head ? head->epoch : 0, noted_epoch);
}

Position position_of(const std::optional<Head>& head) {
    return head ? Position{head->epoch, head->seq} : Position{};
}

LogStart new_epoch(std::uint64_t highest, Position behind, std::string cause) {
    LogStart start;
    start.epoch = highest + 1;
    start.behind = behind;
    start.previous_end = core::PreviousEnd::unclean;
    start.new_epoch_cause = std::move(cause);
    return start;
}

LogStart go_on(const Head& head) {
    LogStart start;
    start.epoch = head.epoch;
    start.next_seq = head.seq + 1;
    start.previous = head.digest;
    const bool clean = head.type == core::to_string(core::EventType::agent_stopping);
    start.previous_end = clean ? core::PreviousEnd::clean : core::PreviousEnd::unclean;
    start.previous_boot_id = head.boot_id;
    return start;
}

}  // namespace

LogStart plan_start(const std::optional<Head>& head, std::uint64_t noted_epoch,
                    const std::string& damage) {
    const std::uint64_t highest = highest_epoch(head, noted_epoch);
    const Position behind = position_of(head);
    if (!damage.empty()) return new_epoch(highest, behind, damage);
    if (!head && noted_epoch == 0) {
        LogStart first;
        first.epoch = 1;
        return first;
    }
    if (!head) return new_epoch(highest, behind, "the database was missing or empty");
    if (head->epoch < noted_epoch)
        return new_epoch(highest, behind, "the database was an older copy");
    return go_on(*head);
}

core::EpochBegun epoch_begun(const LogStart& plan, Position acknowledged) {
    return {plan.new_epoch_cause, plan.behind.epoch, plan.behind.seq, acknowledged.epoch,
            acknowledged.seq};
}

LogStart plan_resume(const std::optional<Head>& head, std::uint64_t noted_epoch,
                     const std::string& damage, const Head& expected) {
    const std::uint64_t begun = std::max(noted_epoch, expected.seq > 0 ? expected.epoch : 0);
    LogStart found = plan_start(head, begun, damage);
    const Position behind = std::max(position_of(head), position_of(expected));
    if (!found.new_epoch_cause.empty()) found.behind = behind;
    if (!head || !found.new_epoch_cause.empty()) return found;
    const bool same = head->seq == expected.seq && head->digest == expected.digest;
    if (head->epoch == expected.epoch && (same || head->seq > expected.seq)) return found;
    return new_epoch(highest_epoch(head, begun), behind,
                     expected.seq == 0 ? "the database could not be opened at the start"
                                       : "the database was exchanged");
}

std::vector<core::Removal> lost_since(const std::optional<Head>& found, const Head& expected,
                                      Position acknowledged) {
    const auto reached = [&](Position position) {
        return position.epoch == expected.epoch  ? position.seq
               : position.epoch > expected.epoch ? expected.seq
                                                 : 0;
    };
    const core::Seq here = reached(position_of(found));
    const core::Seq there = std::min(std::max(here, reached(acknowledged)), expected.seq);
    std::vector<core::Removal> lost;
    const auto add = [&](core::Removed what, core::Seq before, core::Seq last) {
        if (last > before)
            lost.push_back({what, expected.epoch, before + 1, last, last - before, "damage"});
    };
    add(core::Removed::damaged, here, there);
    add(core::Removed::lost, there, expected.seq);
    return lost;
}

}  // namespace vaktpost::events
