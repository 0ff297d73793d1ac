// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <string>

namespace vaktpost::fakes {

// A dbus-daemon of the test's own in a directory of its own; the machine's buses are not touched.
class PrivateBus {
  public:
    PrivateBus();
    ~PrivateBus();
    PrivateBus(const PrivateBus&) = delete;
    PrivateBus& operator=(const PrivateBus&) = delete;

    [[nodiscard]] std::string address() const { return "unix:path=" + directory_ + "/bus"; }
    void start();
    void stop();

    // From now on the bus could start a service of that name. The file is there once it has.
    std::string offer(const std::string& name);

  private:
    std::string directory_;
    pid_t daemon_ = -1;
};

}  // namespace vaktpost::fakes
