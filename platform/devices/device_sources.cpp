// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/device_sources.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/journal.h"
#include "platform/base/small_file.h"
#include "platform/devices/disk_reading.h"
#include "platform/devices/sysfs.h"

namespace vaktpost::platform {
namespace {

constexpr core::Duration first_retry = std::chrono::seconds(1);
constexpr core::Duration last_retry = std::chrono::minutes(1);

// The ids of the disks that exist now, media or not.
std::set<core::MediumId> present_ids(const DevicePaths& paths) {
    std::set<core::MediumId> ids;
    for (const auto& disk : present_disks(paths))
        ids.insert(
            medium_id(disk, read_number(paths.sys / "class/block" / disk / "diskseq").value_or(0)));
    return ids;
}

}  // namespace

DeviceSources::DeviceSources(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
                             const Pseudonym& pseudonym, DevicePaths paths,
                             MediaGate::Deadline deadline)
    : sink_(std::move(sink)),
      paths_(std::move(paths)),
      admissions_(paths_.run),
      usb_gate_(sink_, workers, paths_.sys, paths_.run),
      keyboard_prover_(io, sink_, paths_.prover),
      media_gate_(io, sink_, workers, admissions_, paths_, deadline),
      usb_source_(io, sink_, workers, pseudonym, paths_),
      media_source_(sink_, workers, admissions_, paths_,
                    [this](const core::MediumId& medium) { media_gate_.left(medium); }),
      monitor_(io, {[this](const Uevent& event) { handle(event); },
                    [this] {
                        warn("uevents were lost: reading all devices anew");
                        scan();
                    },
                    [this](const std::string& cause) { lost(cause); }}),
      retry_timer_(io),
      retry_delay_(first_retry) {
    media_gate_.observe(
        {[this](const core::MediumId& medium) { media_source_.examination_started(medium); },
         [this](const core::MediumId& medium) { media_source_.examination_finished(medium); }});
}

void DeviceSources::on_input(InputHandler handler, std::function<void()> missed) {
    input_ = std::move(handler);
    input_missed_ = std::move(missed);
}

void DeviceSources::identify_media(const Pseudonym& pseudonym,
                                   std::vector<std::string> trusted_keys) {
    media_gate_.identify(
        [&pseudonym](std::string_view identifier) { return volume_tag(pseudonym, identifier); },
        std::move(trusted_keys));
}

void DeviceSources::start() {
    admissions_.keep_only(present_ids(paths_));
    open();
}

void DeviceSources::rescan() {
    if (open_) scan();
}

void DeviceSources::open() {
    const auto opened = monitor_.open();
    if (!opened) return lost(opened.error().text());
    open_ = true;
    scan();
}

// USB before media, so that core knows the device that a medium hangs on.
void DeviceSources::scan() {
    if (input_missed_) input_missed_();
    usb_source_.scan(!started_, [this](std::optional<core::Duration> first_enumeration) {
        media_source_.scan([this, first_enumeration] { scanned(first_enumeration); });
    });
}

void DeviceSources::scanned(std::optional<core::Duration> first_enumeration) {
    if (!open_) return;
    started_ = true;
    retry_delay_ = first_retry;
    if (std::exchange(ready_, true)) return;
    sink_(core::SourceBack{core::Source::devices, boot_gap(first_enumeration)});
}

// Only the first time in a boot: later starts find devices that were judged before.
std::optional<core::Duration> DeviceSources::boot_gap(
    std::optional<core::Duration> first_enumeration) const {
    const auto marker = paths_.run / "armed-once";
    std::error_code ignored;
    if (std::filesystem::exists(marker, ignored)) return std::nullopt;
    const auto kept = replace_file(marker, "", 0644);
    if (!kept) warn(kept.error().text());
    return first_enumeration;
}

void DeviceSources::handle(const Uevent& event) {
    if (event.subsystem == "usb") usb_source_.handle(event);
    if (event.subsystem == "block") media_source_.handle(event);
    if (event.subsystem == "input") usb_source_.handle_input(event);
    if (event.subsystem == "input" && input_ && !event.node.empty())
        input_(event.action, event.node);
}

void DeviceSources::lost(const std::string& cause) {
    open_ = false;
    ready_ = false;
    sink_(core::SourceLost{core::Source::devices, cause});
    retry_timer_.expires_at(now() + retry_delay_, [this] { open(); });
    retry_delay_ = std::min(retry_delay_ * 2, last_retry);
}

}  // namespace vaktpost::platform
