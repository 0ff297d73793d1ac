// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "agent/core/result.h"

namespace vaktpost::platform {

// USB interfaces whose input devices no session is to hear of: a file for each, by the kernel's
// name of the interface ("1-2:1.0"), which udev's rules look for (installer/udev). Outlives the
// agent, so that nothing is let in by its end. Blocks as sysfs does.
class Quarantine {
  public:
    Quarantine(std::filesystem::path sys, const std::filesystem::path& run)
        : sys_(std::move(sys)), folder_(run / "quarantine") {}

    [[nodiscard]] bool contains(const std::string& interface) const;

    // Before a driver gets the interface.
    core::Status hold(const std::string& interface);

    // Has udev look at its input devices anew, where it was in quarantine.
    void lift(const std::string& interface);

    // What has not come out of it is withdrawn, so that the next device at its port is not in it.
    void withdraw_all();

  private:
    std::filesystem::path sys_;
    std::filesystem::path folder_;
};

}  // namespace vaktpost::platform
