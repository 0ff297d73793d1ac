// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace vaktpost::ports {

class ActivitySource {
  public:
    virtual ~ActivitySource() = default;

    // Reads what the input devices have queued and reports the newest time as ActivitySeen before
    // it returns.
    virtual void drain() = 0;

    // On: reports each activity as it comes. Off, the normal state: the devices are not even
    // polled.
    virtual void watch(bool on) = 0;
};

}  // namespace vaktpost::ports
