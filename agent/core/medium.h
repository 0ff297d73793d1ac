// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/time.h"
#include "agent/core/types.h"
#include "agent/core/wall.h"
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

// The organisation's token in the header of an encrypted medium, as the examiner found it.
enum class TokenState {
    none,       // there is none, or not in every part
    valid,      // signed by a trusted key, for just this volume
    untrusted,  // signed by somebody else
    invalid,    // damaged, or written for another volume
};
VAKTPOST_WORDS(TokenState, "none", "valid", "untrusted", "invalid");

struct Token {
    TokenState state = TokenState::none;
    // Only of a valid one: letters, digits and "._-", words of the organisation's own.
    std::string organisation{};
    std::string unit{};  // which part of it answers for the medium
    std::string serial{};
    WallTime issued{};   // when that day begins
    WallTime expires{};  // when the last day is over
    // Of one that is not valid: the serials that stand in the parts all the same. Anybody can write
    // them, so they may close the medium and never open it.
    std::vector<std::string> claimed{};
    bool operator==(const Token&) const = default;
};

struct Examination {
    Verdict verdict = Verdict::error;
    std::vector<MediumPart> parts;
    std::string reason;
    std::vector<Tag> volumes{};  // keyed tags of what identifies each part; forgeable
    Tag identity{};              // of all of them together; empty: none says what it is
    Token token{};
};

// A line of the register: media that were admitted here. Days, because nobody's working day shall
// be made from it.
struct KnownMedium {
    Tag tag;
    std::int64_t first = 0;  // days since 1970-01-01 (UTC) when it was seen
    std::int64_t last = 0;
    std::string kind;    // encrypted, plain or hardware
    std::string unit;    // of an enrolled one; empty: none
    std::string serial;  // likewise
    bool operator==(const KnownMedium&) const = default;
};

}  // namespace vaktpost::core
