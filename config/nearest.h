// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace vaktpost::config {

// The candidate that `word` was probably meant to be: fewest insertions, deletions, replacements
// and swaps of neighbours (optimal string alignment). Nothing when none is near enough to be a
// slip.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

}  // namespace vaktpost::config
