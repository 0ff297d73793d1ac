// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>

#include "platform/base/unique_fd.h"

namespace vaktpost::smartcard {

// Waits for pcscd to come (back) without asking again and again: its socket is made anew when
// pcscd, or systemd for it, starts to listen. For one thread, stop() excepted.
class ServiceWatch {
  public:
    explicit ServiceWatch(const std::filesystem::path& socket);

    // Begins to watch. Before an attempt to connect, so that nothing is missed between a failed
    // attempt and wait(). Failure direction: where inotify fails, wait() waits for its whole time.
    void arm();

    // Returns true early when something happened to the socket since arm(), false when the time is
    // over or after stop().
    bool wait(std::chrono::milliseconds timeout);

    // Waits for the whole time or until stop().
    void pause(std::chrono::milliseconds time) const;

    // Ends every wait, now and later. Any thread.
    void stop() const;

    // Where libpcsclite looks for pcscd.
    static std::filesystem::path pcscd_socket();

  private:
    enum class Watched { nothing, parent, folder };

    Watched watch() const;

    std::filesystem::path folder_;
    platform::UniqueFd stop_;
    platform::UniqueFd inotify_;
    Watched watched_ = Watched::nothing;
};

}  // namespace vaktpost::smartcard
