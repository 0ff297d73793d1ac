// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/input_rules.h"

#include <algorithm>

namespace vaktpost::platform {

namespace {

bool by_a_person(const InputRules& rules, const InputDevice& input) {
    return !input.by_program || rules.virtual_devices;
}

bool is_scanner(const InputRules& rules, const InputDevice& input) {
    return std::ranges::find(rules.scanners, input.id) != rules.scanners.end();
}

}  // namespace

bool counts_as_activity(const InputRules& rules, const InputDevice& input) {
    return input.kind != InputKind::none && by_a_person(rules, input) &&
           (rules.scanner_counts || !is_scanner(rules, input));
}

UnlockMeans unlock_means(const InputRules& rules, const InputDevice& input) {
    const bool usable = by_a_person(rules, input) && !is_scanner(rules, input);
    return {.keyboard = usable && input.letters, .touch = usable && input.touch_screen};
}

}  // namespace vaktpost::platform
