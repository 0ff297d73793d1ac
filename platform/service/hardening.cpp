// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/service/hardening.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace vaktpost::platform {

void forbid_core_dumps() {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace vaktpost::platform
