// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "agent/ports/event_sink.h"
#include "platform/base/alive.h"
#include "platform/base/workers.h"
#include "platform/devices/admissions.h"
#include "platform/devices/disk_reading.h"
#include "platform/devices/paths.h"
#include "platform/devices/uevent.h"

namespace vaktpost::platform {

// Reports removable and external disks with something in them: MediumArrived, MediumChanged when
// something may have written to them, MediumLeft. A slot that gets another card is a medium that
// left and one that arrived. Loop thread only.
class MediaSource {
  public:
    // `left` hears of a medium's end before core does.
    MediaSource(ports::EventSink sink, Workers& workers, Admissions& admissions, DevicePaths paths,
                std::function<void(const core::MediumId&)> left);

    // Compares what is there with what was reported; what was reported before counts as changed,
    // since a scan follows lost events. `done` is called when each medium present now has been
    // reported.
    void scan(std::function<void()> done);

    void handle(const Uevent& event);

    // Changes between these two are reported once, after the second: core has a verdict to hear
    // first.
    void examination_started(const core::MediumId& id);
    void examination_finished(const core::MediumId& id);

  private:
    struct Disk {
        // Tells a result of this disk from one of its predecessor of the same name.
        std::uint64_t generation = 0;
        bool reading = false;
        bool read_again = false;
        bool slot = false;     // it was there with nothing in it
        bool written = false;  // something may have written to it since it was reported
        core::Instant seen;
        std::optional<DiskReading> reported;
    };

    void handle_disk(const Uevent& event);
    void handle_partition(const Uevent& event);
    void look_at(const std::string& name, core::Instant seen, bool written);
    void read(const std::string& name, Disk& disk);
    void have_read(const std::string& name, std::uint64_t generation,
                   std::optional<DiskReading> reading);
    void compare(Disk& disk, std::optional<DiskReading> reading);
    void report_change(const core::Medium& medium);
    void leave(Disk& disk);
    void forget(const std::string& name);
    void scanned(const std::string& name);
    [[nodiscard]] core::Medium complete(const Disk& disk, const DiskReading& reading) const;

    ports::EventSink sink_;
    Workers& workers_;
    Admissions& admissions_;
    DevicePaths paths_;
    std::function<void(const core::MediumId&)> left_;
    std::map<std::string, Disk> disks_;
    std::uint64_t last_generation_ = 0;
    // Under examination, with the change to report afterwards.
    std::map<core::MediumId, std::optional<core::Medium>> examined_;
    std::set<std::string> awaited_;  // by the scan under way
    std::function<void()> scan_done_;
    Alive alive_;
};

}  // namespace vaktpost::platform
