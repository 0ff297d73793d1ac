// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/time.h"
#include "agent/core/types.h"
#include "agent/core/words.h"

namespace vaktpost::core {

// A removable or external disk with something in it.
struct Medium {
    MediumId id;
    std::string node;  // "/dev/sdb"
    Bytes size = 0;
    std::optional<DeviceId> device;         // the USB device behind it; none for an SD slot
    std::optional<std::uint8_t> interface;  // and its storage interface
    // What it is in stays without it and may get another: a card reader, an optical drive.
    bool slot = false;
    bool system = false;           // under /, swap or fstab: reported, never blocked
    bool admitted_before = false;  // an earlier run of the agent admitted this very disk
    Instant seen;                  // when the kernel's report of it reached us
};

enum class Verdict { encrypted, plain, unknown, error };
VAKTPOST_WORDS(Verdict, "encrypted", "plain", "unknown", "error");

// One part (partition, or the whole disk) as vaktpost-examine judged it. `type` and `evidence` are
// words of the examiner's own, never text from the medium.
struct MediumPart {
    Bytes offset = 0;
    Bytes size = 0;
    std::string type;
    Verdict verdict = Verdict::unknown;
    std::string evidence;
    bool operator==(const MediumPart&) const = default;
};

struct Examination {
    Verdict verdict = Verdict::error;
    std::vector<MediumPart> parts;
    std::string reason;
};

}  // namespace vaktpost::core
