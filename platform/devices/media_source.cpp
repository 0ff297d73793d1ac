// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/media_source.h"

#include <memory>
#include <utility>
#include <vector>

#include "platform/base/clock.h"

namespace vaktpost::platform {

MediaSource::MediaSource(ports::EventSink sink, Workers& workers, Admissions& admissions,
                         DevicePaths paths, std::function<void(const core::MediumId&)> left)
    : sink_(std::move(sink)),
      workers_(workers),
      admissions_(admissions),
      paths_(std::move(paths)),
      left_(std::move(left)) {}

void MediaSource::scan(std::function<void()> done) {
    const core::Instant seen = now();
    scan_done_ = std::move(done);
    awaited_.clear();

    std::set<std::string> present;
    for (const auto& name : present_disks(paths_))
        if (!is_never_medium(name)) present.insert(name);
    std::vector<std::string> gone;
    for (const auto& [name, disk] : disks_)
        if (present.count(name) == 0) gone.push_back(name);
    for (const auto& name : gone) forget(name);

    awaited_ = present;
    for (const auto& name : present) look_at(name, seen, true);
    if (awaited_.empty())
        if (auto finished = std::exchange(scan_done_, nullptr)) finished();
}

void MediaSource::handle(const Uevent& event) {
    if (event.ours) return;
    if (event.devtype == "disk") handle_disk(event);
    if (event.devtype == "partition") handle_partition(event);
}

void MediaSource::handle_disk(const Uevent& event) {
    const std::string name(event.name());
    if (is_never_medium(name)) return;
    if (event.action == "remove") {
        forget(name);
    } else if (event.action == "add" || event.action == "change") {
        look_at(name, event.seen, event.action == "change");
    }
}

// "change" says that somebody who could write has closed the partition. "add" and "remove" follow
// each scan of the partition table, the kernel's own first one too: what was found decides.
void MediaSource::handle_partition(const Uevent& event) {
    const std::string disk(event.parent_name());
    if (disks_.count(disk) != 0) look_at(disk, event.seen, event.action == "change");
}

void MediaSource::examination_started(const core::MediumId& id) {
    examined_[id].reset();
}

void MediaSource::examination_finished(const core::MediumId& id) {
    const auto node = examined_.extract(id);
    if (node && node.mapped()) sink_(core::MediumChanged{*node.mapped()});
}

void MediaSource::look_at(const std::string& name, core::Instant seen, bool written) {
    Disk& disk = disks_[name];
    if (disk.generation == 0) disk.generation = ++last_generation_;
    disk.seen = seen;
    disk.written = disk.written || (written && disk.reported);
    if (disk.reading) {
        disk.read_again = true;
    } else {
        read(name, disk);
    }
}

void MediaSource::read(const std::string& name, Disk& disk) {
    disk.reading = true;
    const auto result = std::make_shared<std::optional<DiskReading>>();
    workers_.run(
        "disk:" + name,
        // A scan, which the agent's start waits for, does not wait for a drive.
        [result, paths = paths_, name, open = awaited_.count(name) == 0] {
            *result = read_disk(paths, name, open);
        },
        alive_.guard([this, result, name, generation = disk.generation] {
            have_read(name, generation, std::move(*result));
        }));
}

void MediaSource::have_read(const std::string& name, std::uint64_t generation,
                            std::optional<DiskReading> reading) {
    const auto found = disks_.find(name);
    if (found == disks_.end() || found->second.generation != generation) return;
    Disk& disk = found->second;
    disk.reading = false;
    if (std::exchange(disk.read_again, false)) return read(name, disk);
    compare(disk, std::move(reading));
    scanned(name);
}

void MediaSource::compare(Disk& disk, std::optional<DiskReading> reading) {
    const bool written = std::exchange(disk.written, false);
    if (reading && reading->medium.size == 0) {
        disk.slot = true;
        reading.reset();
    }
    if (disk.reported && (!reading || reading->medium.id != disk.reported->medium.id)) leave(disk);
    if (!reading) return;
    const core::Medium medium = complete(disk, *reading);
    const auto before = std::exchange(disk.reported, std::move(reading));
    if (!before) return sink_(core::MediumArrived{medium});
    if (written || before->partitions != disk.reported->partitions ||
        before->medium.size != medium.size)
        report_change(medium);
}

void MediaSource::report_change(const core::Medium& medium) {
    const auto examined = examined_.find(medium.id);
    if (examined != examined_.end()) {
        examined->second = medium;
    } else {
        sink_(core::MediumChanged{medium});
    }
}

void MediaSource::leave(Disk& disk) {
    const core::MediumId id = disk.reported->medium.id;
    disk.reported.reset();
    examined_.erase(id);
    left_(id);
    sink_(core::MediumLeft{id});
}

void MediaSource::forget(const std::string& name) {
    const auto found = disks_.find(name);
    if (found == disks_.end()) return;
    if (found->second.reported) leave(found->second);
    disks_.erase(found);
    scanned(name);
}

void MediaSource::scanned(const std::string& name) {
    if (awaited_.erase(name) == 0 || !awaited_.empty()) return;
    if (auto done = std::exchange(scan_done_, nullptr)) done();
}

core::Medium MediaSource::complete(const Disk& disk, const DiskReading& reading) const {
    core::Medium medium = reading.medium;
    medium.slot = medium.slot || disk.slot;
    medium.admitted_before = admissions_.contains(medium.id);
    medium.seen = disk.seen;
    return medium;
}

}  // namespace vaktpost::platform
