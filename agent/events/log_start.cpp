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

LogStart new_epoch(std::uint64_t highest, std::string cause) {
    LogStart start;
    start.epoch = highest + 1;
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
    if (!damage.empty()) return new_epoch(highest, damage);
    if (!head && noted_epoch == 0) {
        LogStart first;
        first.epoch = 1;
        return first;
    }
    if (!head) return new_epoch(highest, "the database was missing or empty");
    if (head->epoch < noted_epoch) return new_epoch(highest, "the database was an older copy");
    return go_on(*head);
}

LogStart plan_resume(const std::optional<Head>& head, std::uint64_t noted_epoch,
                     const std::string& damage, const Head& expected) {
    const std::uint64_t begun = std::max(noted_epoch, expected.seq > 0 ? expected.epoch : 0);
    LogStart found = plan_start(head, begun, damage);
    if (!head || !found.new_epoch_cause.empty()) return found;
    const bool same = head->seq == expected.seq && head->digest == expected.digest;
    if (head->epoch == expected.epoch && (same || head->seq > expected.seq)) return found;
    return new_epoch(highest_epoch(head, begun),
                     expected.seq == 0 ? "the database could not be opened at the start"
                                       : "the database was exchanged");
}

}  // namespace vaktpost::events
