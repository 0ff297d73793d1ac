// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/host_rules.h"

#include <algorithm>

namespace vaktpost::core {
namespace {

Record& append(Context& context, const PlainDisk& disk, bool present) {
    auto& record = context.append(EventType::host_disk_plain, {{"use", word(disk.use)},
                                                               {"device", disk.device},
                                                               {"because", word(disk.cause)},
                                                               {"present", present}});
    record.rule = {"builtin.disk_plain"};
    if (!present) record.severity = Severity::notice;
    return record;
}

}  // namespace

void on_host_disks_seen(Context& context, const HostDisksSeen& event) {
    auto& known = context.state.plain_disks;
    std::erase_if(known, [&](const auto& entry) {
        const auto& [disk, told] = entry;
        if (std::find(event.plain.begin(), event.plain.end(), disk) != event.plain.end())
            return false;
        append(context, disk, false).cause = told;
        return true;
    });
    for (const auto& disk : event.plain) {
        const auto [entry, fresh] = known.try_emplace(disk);
        if (fresh && !event.told_before) entry->second = append(context, disk, true).seq;
    }
}

}  // namespace vaktpost::core
