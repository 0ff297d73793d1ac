// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

#include "agent/core/result.h"
#include "platform/base/unique_fd.h"
#include "platform/mounts/abi.h"

namespace vaktpost::platform {

// The kernel's mount guard as it is pinned in bpffs: what user space may tell it. Plain bpf(2), so
// that the resident agent needs no libbpf; no capability is needed either, only root's own pins. No
// call waits for a device.
class GuardMaps {
  public:
    static constexpr const char* folder = VAKTPOST_GUARD_FOLDER;

    // An error where the kernel does not refuse mounts: never loaded, or taken away.
    static core::Result<GuardMaps> open(const std::filesystem::path& pins = GuardMaps::folder);
    // The maps without the hooks: for whoever is about to load these.
    static core::Result<GuardMaps> take(UniqueFd grants, UniqueFd refusals);

    core::Status grant(const vaktpost_disk& disk, vaktpost_grant grant);
    // Takes away what the disk with this sequence number was granted, if anything.
    void revoke(std::uint64_t sequence);
    // Forgets disks that are gone.
    void keep_only(const std::set<std::uint64_t>& present);
    [[nodiscard]] std::size_t count() const;
    // Whether these are the ones pinned there now: another load of the guard may have made others.
    [[nodiscard]] bool is_pinned(const std::filesystem::path& pins) const;

    // The ring of refusals, for RefusalRing.
    [[nodiscard]] int refusals() const { return refusals_.get(); }

  private:
    GuardMaps(UniqueFd grants, UniqueFd refusals)
        : grants_(std::move(grants)), refusals_(std::move(refusals)) {}
    template <class Visit>
    void each(Visit visit) const;
    void remove(const vaktpost_disk& disk);

    UniqueFd grants_;
    UniqueFd refusals_;
    std::uint64_t pin_ = 0;  // inode of the grants' pin; 0: taken without one
};

// The kernel's hooks, as they are pinned beside the maps.
inline constexpr const char* guard_hooks[] = {"on_mount", "on_file_system", "on_remount",
                                              "on_move"};

// Whether every hook is in force.
bool guard_is_loaded(const std::filesystem::path& folder = GuardMaps::folder);

// "8:16" and a disk sequence number, as sysfs writes them. An error where that is no device number.
core::Result<vaktpost_disk> guarded_disk(const std::string& device, std::uint64_t sequence);

}  // namespace vaktpost::platform
