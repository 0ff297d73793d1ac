// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <set>

#include "agent/core/actions.h"
#include "agent/core/result.h"

namespace vaktpost::platform {

// The files under /run/vaktpost/admitted that open a medium to udisks, one per medium, named by its
// id and read by our udev rules: `VAKTPOST_ADMITTED=encrypted` or `=any`. The folder lies in
// memory, so nothing here blocks, and no admission outlives the boot in which its disk sequence
// number means something. Loop thread.
class Admissions {
  public:
    explicit Admissions(const std::filesystem::path& run) : folder_(run / "admitted") {}

    core::Status admit(const core::MediumId& id, core::Admission admission);
    // True when there was one.
    bool revoke(const core::MediumId& id);
    [[nodiscard]] bool contains(const core::MediumId& id) const;
    [[nodiscard]] std::optional<core::Admission> admission_of(const core::MediumId& id) const;

    // Removes those of media that are no longer there.
    void keep_only(const std::set<core::MediumId>& present);

  private:
    std::filesystem::path folder_;
};

}  // namespace vaktpost::platform
