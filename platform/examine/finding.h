// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/medium.h"

namespace vaktpost::examine {

using core::Verdict;

// A verdict and the word of words.h that stands for its ground.
struct Finding {
    Verdict verdict = Verdict::unknown;
    const char* evidence = nullptr;
};

// error beats plain beats unknown beats encrypted
constexpr int gravity(Verdict verdict) {
    switch (verdict) {
        case Verdict::encrypted:
            return 0;
        case Verdict::unknown:
            return 1;
        case Verdict::plain:
            return 2;
        case Verdict::error:
            break;
    }
    return 3;
}

// The graver of two; the first when they are alike.
constexpr Finding graver(Finding first, Finding second) {
    return gravity(second.verdict) > gravity(first.verdict) ? second : first;
}

}  // namespace vaktpost::examine
