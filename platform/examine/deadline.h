// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace vaktpost::examine {

// When the deadline passes (CLOCK_BOOTTIME), or the CPU limit does, the process prints the error
// verdict and exits 3, wherever it is. A read that the kernel will not interrupt stays; whoever
// started the process must be ready to leave it behind. False if no timer can be had.
bool start_deadline(std::chrono::seconds limit);

// From here on the verdict is being printed: no second line may come.
void stop_deadline();

}  // namespace vaktpost::examine
