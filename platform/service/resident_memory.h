// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace vaktpost::platform {

// Before any thread starts: one heap for all threads, returned to the system early.
void keep_heap_small();

// After a burst of work: gives free heap back, and drops the pages of code from memory. Those that
// are needed come back from the page cache by themselves; parser, option and start-up code does
// not.
void give_back_memory();

}  // namespace vaktpost::platform
