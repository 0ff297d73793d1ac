// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace vaktpost::platform {

// Input events pass through this process: no core dump, no debugger of the user's, no memory of it
// in a swap file's crash report. prctl(2) PR_SET_DUMPABLE, setrlimit(2) RLIMIT_CORE.
void forbid_core_dumps();

}  // namespace vaktpost::platform
