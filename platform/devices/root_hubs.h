// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vaktpost::platform {

// The switch on every root hub that decides how interfaces of new devices on its bus start:
// authorised or not. It only sets a flag in the kernel, so it never blocks. Any thread.
class RootHubs {
  public:
    explicit RootHubs(const std::filesystem::path& sys) : sys_(sys) {}

    // New interfaces on this bus start withdrawn.
    void close(const std::string& root_hub) const;

    // Frees the root hub's own interface, which is withdrawn itself when the kernel was still
    // making it at that moment: nothing on the bus would then be seen. Probes a driver: call it on
    // a worker.
    void free_interface(const std::string& root_hub) const;

    // Puts back what every kernel starts with: authorised. What stood there before we came is no
    // measure, since our own udev rule closes each bus long before the agent starts.
    void restore_all() const;

    [[nodiscard]] std::vector<std::string> present() const;

  private:
    std::filesystem::path sys_;
};

}  // namespace vaktpost::platform
