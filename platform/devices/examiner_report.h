// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string_view>

#include "agent/core/medium.h"

namespace vaktpost::platform {

// What the examiner may say, at most: it has read a hostile medium and may have been taken over by
// it.
inline constexpr std::size_t report_bytes_limit = 65'536;
inline constexpr std::size_t report_parts_limit = 128;
// Two of a part, where its two headers differ.
inline constexpr std::size_t report_volumes_limit = 2 * report_parts_limit;
// Characters of type, evidence and reason: a-z A-Z 0-9 _ - . +
inline constexpr std::size_t report_word_limit = 64;

// The one line that vaktpost-examine printed (its format is in platform/examine/README.md), with
// its exit status. Everything must be there, nothing else may be, and the verdict must be the
// gravest of the parts' (none: unknown; error may always be said). Anything else is Verdict::error
// with the reason "examiner_report".
// What identifies a volume leaves this function as its tag alone, and not at all where nobody makes
// tags.
using TagVolume = std::function<core::Tag(std::string_view identifier)>;
core::Examination parse_examiner_report(std::string_view output, int exit_status,
                                        const TagVolume& tag = nullptr);

}  // namespace vaktpost::platform
