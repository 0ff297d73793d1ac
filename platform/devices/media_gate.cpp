// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/media_gate.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/journal.h"
#include "platform/base/small_file.h"
#include "platform/devices/disk_reading.h"
#include "platform/devices/sysfs.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

// The disk first: udev's rules for partitions look at what those for the disk found.
void announce(const fs::path& sys, const std::string& disk, const core::MediumId& id) {
    const fs::path object = resolved(sys / "class/block" / disk);
    const auto sequence = read_number(object / "diskseq").value_or(0);
    if (object.empty() || medium_id(disk, sequence) != id) return;  // another medium by now
    // Documentation/ABI/testing/sysfs-uevent: the action, a UUID, then what the event will carry as
    // SYNTH_ARG_VAKTPOST.
    const std::string change =
        "change " + read_attribute("/proc/sys/kernel/random/uuid") + " VAKTPOST=1";
    const auto write = [&](const fs::path& folder) {
        const auto written = write_existing(folder / "uevent", change);
        if (!written) warn(written.error().text());
    };
    write(object);
    for (const auto& name : names_in(object))
        if (fs::exists(object / name / "partition")) write(object / name);
}

// udev has the kernel refuse writing when it takes up the admission (installer/udev). Bounded; true
// also where another medium has taken this one's place, which is not ours to speak of.
bool becomes_read_only(const fs::path& sys, const std::string& disk, const core::MediumId& id,
                       core::Duration longest) {
    constexpr timespec round{0, 50'000'000};
    const auto last_moment = now() + longest;
    while (now() < last_moment) {
        const fs::path object = resolved(sys / "class/block" / disk);
        const auto sequence = read_number(object / "diskseq").value_or(0);
        if (object.empty() || medium_id(disk, sequence) != id) return true;
        if (read_attribute(object / "ro") == "1") return true;
        ::nanosleep(&round, nullptr);
    }
    return false;
}

}  // namespace

MediaGate::MediaGate(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
                     Admissions& admissions, DevicePaths paths, Deadline deadline)
    : io_(io),
      sink_(std::move(sink)),
      workers_(workers),
      admissions_(admissions),
      paths_(std::move(paths)),
      deadline_(deadline) {}

MediaGate::~MediaGate() {
    for (const auto& [medium, process] : running_)
        if (process) process->abandon();
}

void MediaGate::examine(const core::MediumId& medium) {
    const bool known = running_.count(medium) != 0 ||
                       std::find(waiting_.begin(), waiting_.end(), medium) != waiting_.end();
    if (known) return;
    waiting_.push_back(medium);
    if (observer_.started) observer_.started(medium);
    start_waiting();
}

void MediaGate::start_waiting() {
    while (!waiting_.empty() && running_.size() < examinations_limit) {
        const core::MediumId medium = waiting_.front();
        waiting_.pop_front();
        start(medium);
    }
}

void MediaGate::start(const core::MediumId& medium) {
    std::string node = disk_of(medium);
    std::replace(node.begin(), node.end(), '!', '/');
    auto process =
        ExaminerProcess::start(io_,
                               {paths_.examiner, (paths_.dev / node).string(), deadline_.child,
                                tag_, trusted_keys_, deadline_.grace},
                               alive_.guard([this, medium](core::Examination examination) {
                                   finished(medium, std::move(examination));
                               }));
    if (process) {
        running_[medium] = *process;
        return;
    }
    warn(process.error().text());
    running_[medium] = nullptr;
    boost::asio::post(io_, alive_.guard([this, medium] {
        if (running_.count(medium) != 0)
            finished(medium, {core::Verdict::error, {}, "examiner_start"});
    }));
}

void MediaGate::finished(const core::MediumId& medium, core::Examination examination) {
    running_.erase(medium);
    sink_(core::MediumExamined{medium, std::move(examination)});
    if (observer_.finished) observer_.finished(medium);
    start_waiting();
}

void MediaGate::admit(const core::MediumId& medium, core::Admission admission) {
    read_only_.erase(medium);
    if (hear_) hear_(medium, admission);
    const auto admitted = admissions_.admit(medium, admission);
    if (!admitted) return warn(admitted.error().text());
    announce_change(medium);
    if (admission == core::Admission::read_only) await_read_only(medium);
}

void MediaGate::await_read_only(const core::MediumId& medium) {
    const std::string disk = disk_of(medium);
    const auto done = std::make_shared<bool>(false);
    read_only_.insert(medium);
    workers_.run(
        "disk:" + disk,
        [done, sys = paths_.sys, disk, medium, longest = deadline_.read_only] {
            *done = becomes_read_only(sys, disk, medium, longest);
        },
        alive_.guard([this, done, medium] {
            if (!*done && read_only_.erase(medium) != 0)
                sink_(core::MediumExamined{medium, {core::Verdict::error, {}, "not_read_only"}});
        }));
}

void MediaGate::close(const core::MediumId& medium) {
    read_only_.erase(medium);
    if (hear_) hear_(medium, std::nullopt);
    if (admissions_.revoke(medium)) announce_change(medium);
}

void MediaGate::left(const core::MediumId& medium) {
    if (hear_) hear_(medium, std::nullopt);
    std::erase(waiting_, medium);
    const auto running = running_.extract(medium);
    if (running && running.mapped()) running.mapped()->abandon();
    admissions_.revoke(medium);
    read_only_.erase(medium);
    start_waiting();
}

void MediaGate::announce_change(const core::MediumId& medium) {
    const std::string disk = disk_of(medium);
    workers_.run("disk:" + disk, [sys = paths_.sys, disk, medium] { announce(sys, disk, medium); });
}

}  // namespace vaktpost::platform
