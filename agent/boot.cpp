// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/boot.h"

#include <unistd.h>

#include "platform/base/small_file.h"

namespace vaktpost {

std::string boot_id() {
    auto text = platform::read_small("/proc/sys/kernel/random/boot_id");
    if (!text) return {};
    text->erase(text->find_last_not_of('\n') + 1);
    return *text;
}

std::string host_name() {
    char name[256] = {};
    return gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace vaktpost
