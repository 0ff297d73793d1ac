// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/secret.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace vaktpost::enroll {

void keep_secrets_in_memory() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
    // Locked within a limit, the half gigabyte that a passphrase is derived in could not be had.
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    if (::setrlimit(RLIMIT_MEMLOCK, &all) == 0) ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
}

}  // namespace vaktpost::enroll
