// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/ports/event_sink.h"
#include "platform/base/boot_timer.h"
#include "platform/base/pseudonym.h"
#include "platform/base/workers.h"
#include "platform/devices/admissions.h"
#include "platform/devices/keyboard_prover.h"
#include "platform/devices/media_gate.h"
#include "platform/devices/media_source.h"
#include "platform/devices/paths.h"
#include "platform/devices/uevent_monitor.h"
#include "platform/devices/usb_gate.h"
#include "platform/devices/usb_source.h"

namespace vaktpost::platform {

// Everything about USB devices and removable media, on one uevent monitor: what a runtime
// constructs. Reports SourceBack{devices} once all that is present has been reported, and again
// after a loss; tries for ever. A machine without a USB bus is empty, not lost. Loop thread only;
// all arguments by reference must outlive it.
class DeviceSources {
  public:
    using InputHandler = std::function<void(const std::string& action, const std::string& node)>;

    DeviceSources(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
                  const Pseudonym& pseudonym, DevicePaths paths = {},
                  MediaGate::Deadline deadline = {});

    // Input devices' uevents ("add", "/dev/input/event3") go there; `missed` says that there may
    // have been others: look at all of them. Set before start().
    void on_input(InputHandler handler, std::function<void()> missed);

    void start();

    // Reads all that is present anew, input devices included: after sleep, events may be missing.
    void rescan();

    // What of the media is open: to the kernel's mount guard. Set before start().
    void on_admission(MediaGate::Hear hear) { media_gate_.on_admission(std::move(hear)); }

    // What identifies a medium is reported as tags, and its token as far as one of these keys
    // signed it. Set before start().
    void identify_media(const Pseudonym& pseudonym, std::vector<std::string> trusted_keys);

    ports::UsbGate& usb_gate() { return usb_gate_; }
    ports::KeyboardProver& keyboard_prover() { return keyboard_prover_; }
    ports::MediaGate& media_gate() { return media_gate_; }

  private:
    void open();
    void scan();
    void scanned(std::optional<core::Duration> first_enumeration);
    void handle(const Uevent& event);
    void lost(const std::string& cause);
    std::optional<core::Duration> boot_gap(std::optional<core::Duration> first_enumeration) const;

    ports::EventSink sink_;
    DevicePaths paths_;
    Admissions admissions_;
    UsbGate usb_gate_;
    KeyboardProver keyboard_prover_;
    MediaGate media_gate_;
    UsbSource usb_source_;
    MediaSource media_source_;
    UeventMonitor monitor_;
    InputHandler input_;
    std::function<void()> input_missed_;
    BootTimer retry_timer_;
    core::Duration retry_delay_;
    bool open_ = false;     // the monitor is, so that what a scan finds is what there is
    bool started_ = false;  // one scan has been completed
    bool ready_ = false;
};

}  // namespace vaktpost::platform
