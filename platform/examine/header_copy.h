// SPDX-License-Identifier: GPL-3.0-or-later
// libcryptsetup wants a path, may write to it, and repairs what it finds damaged. So it never meets
// the medium: it gets a sparse file in memory, as long as the part, that holds only the stretches
// where a format keeps its metadata.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "platform/examine/medium.h"

namespace vaktpost::examine {

// Offsets count from the start of the part.
struct Region {
    Bytes offset = 0;
    Bytes size = 0;
    bool operator==(const Region&) const = default;
};

// Regions come from foreign headers: cut to the part, and to `limit` bytes in all.
std::vector<Region> bounded_regions(std::span<const Region> wanted, Bytes part_size, Bytes limit);

class HeaderCopy {
  public:
    // LUKS2's two headers of at most 4 MiB each are the most that any format needs.
    static constexpr Bytes kLimit = 8 * kMiB;

    static core::Result<HeaderCopy> make(const Medium& medium, const Partition& part,
                                         std::span<const Region> wanted);

    [[nodiscard]] std::string path() const {
        return "/proc/self/fd/" + std::to_string(file_.get());
    }

  private:
    explicit HeaderCopy(Descriptor file) : file_(std::move(file)) {}

    Descriptor file_;
};

}  // namespace vaktpost::examine
