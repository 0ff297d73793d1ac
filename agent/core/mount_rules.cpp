// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/mount_rules.h"

#include <algorithm>
#include <utility>

#include "agent/core/media_rules.h"

namespace vaktpost::core {
namespace {

// A starting helper waits for the machine, and an unmount for a dying stick.
constexpr Duration judge_limit = std::chrono::seconds(30);

DeadlineId deadline_of(const MountId& id) {
    return {DeadlineKind::mount_judge, id.value};
}

enum class Standing { open, closed, undecided };

Standing standing_of(const Context& context, const Mount& mount, const MountedDisk& disk) {
    if (disk.system || context.policy.media.mode == Mode::observe) return Standing::open;
    const auto found = context.state.media.find(disk.medium);
    // Its report is on its way.
    if (found == context.state.media.end()) return Standing::undecided;
    const auto& medium = found->second;
    // What was mounted for writing before the medium became one to be read is written to still.
    const bool suits = medium.admission == Admission::any ||
                       (medium.admission == Admission::read_only && !mount.writable);
    if (medium.phase == MediumPhase::admitted && suits) return Standing::open;
    // Admitted once and being looked at anew: what is open stays open meanwhile.
    if (medium.phase == MediumPhase::examining && medium.was_admitted) return Standing::undecided;
    return Standing::closed;
}

void consider(Context& context, MountState& mount) {
    if (mount.asked) return;
    const auto& disks = mount.mount.disks;
    const bool closed = std::any_of(disks.begin(), disks.end(), [&](const MountedDisk& disk) {
        return standing_of(context, mount.mount, disk) == Standing::closed;
    });
    if (!closed) return;
    mount.asked = true;
    context.act(JudgeMount{mount.mount.id});
    context.act(SetDeadline{deadline_of(mount.mount.id), context.now + judge_limit});
}

// The disks' own words, and the bypass's: one record for each medium that it concerns.
void record_bypass(Context& context, const MountedDisk& disk, std::vector<Field> data,
                   Outcome outcome) {
    const auto found = context.state.media.find(disk.medium);
    std::vector<Field> all{{"medium", disk.medium.value}};
    if (found != context.state.media.end() && found->second.medium.device)
        all.push_back({"device", found->second.medium.device->value});
    all.insert(all.end(), data.begin(), data.end());
    auto& record = context.append(EventType::media_bypass, std::move(all));
    record.outcome = outcome;
    record.rule = {"builtin.mount"};
    if (outcome == Outcome::failed) record.severity = Severity::urgent;
    if (found == context.state.media.end()) return;
    record.cause = found->second.admitted_by;
    condemn(context, found->second, record.seq);
}

void bypassed(Context& context, const Mount& mount, MountVerdict verdict, bool undone) {
    for (const auto& disk : mount.disks) {
        if (standing_of(context, mount, disk) == Standing::open) continue;
        record_bypass(context, disk,
                      {{"how", std::string(undone ? "undone" : "mounted")},
                       {"evidence", word(verdict)},
                       {"mount", mount.id.value}},
                      undone ? Outcome::enforced : Outcome::failed);
    }
}

}  // namespace

void on_mount_seen(Context& context, const MountSeen& event) {
    auto& mount = context.state.mounts[event.mount.id];
    if (mount.mount == event.mount && !mount.gone) return;
    if (mount.asked && !mount.judged) context.act(CancelDeadline{deadline_of(event.mount.id)});
    mount = {event.mount};
    consider(context, mount);
}

void on_mount_gone(Context& context, const MountGone& event) {
    const auto found = context.state.mounts.find(event.id);
    if (found == context.state.mounts.end()) return;
    // The judge may be the one who undid it: its word is still to come.
    if (found->second.asked && !found->second.judged)
        found->second.gone = true;
    else
        context.state.mounts.erase(found);
}

void on_mount_judged(Context& context, const MountJudged& event) {
    const auto found = context.state.mounts.find(event.id);
    if (found == context.state.mounts.end() || !found->second.asked) return;
    const bool late = std::exchange(found->second.judged, true);
    if (!late) context.act(CancelDeadline{deadline_of(event.id)});
    const auto mount = found->second.mount;
    if (found->second.gone) context.state.mounts.erase(found);
    if (event.verdict != MountVerdict::encrypted)
        bypassed(context, mount, event.verdict, event.undone);
}

// Nobody said what it is: it counts as what it may be. If it is gone, there is nothing to say.
void on_mount_judge_deadline(Context& context, const MountId& id) {
    const auto found = context.state.mounts.find(id);
    if (found == context.state.mounts.end() || found->second.judged) return;
    found->second.judged = true;
    const auto mount = found->second.mount;
    if (found->second.gone)
        context.state.mounts.erase(found);
    else
        bypassed(context, mount, MountVerdict::unknown, false);
}

void on_mount_refused(Context& context, const MountRefused& event) {
    std::vector<Field> data{{"how", std::string("refused")}, {"evidence", word(event.reason)}};
    if (!event.file_system.empty()) data.push_back({"file_system", event.file_system});
    data.push_back({"mount", event.mount.value});
    // A read-only medium that somebody wanted to write to is still what it was.
    if (event.reason == MountRefusal::writable) {
        data.insert(data.begin(), {"medium", event.medium.value});
        auto& record = context.append(EventType::media_bypass, std::move(data));
        record.rule = {"builtin.mount"};
        return;
    }
    record_bypass(context, {event.medium, false}, std::move(data), Outcome::enforced);
}

void reconsider_mounts(Context& context, const MediumId& medium) {
    for (auto& [id, mount] : context.state.mounts) {
        const auto& disks = mount.mount.disks;
        const bool concerned = std::any_of(disks.begin(), disks.end(),
                                           [&](const auto& disk) { return disk.medium == medium; });
        if (concerned) consider(context, mount);
    }
}

}  // namespace vaktpost::core
