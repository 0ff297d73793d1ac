// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <exception>

#include "agent/options.h"
#include "agent/runtime.h"
#include "platform/base/journal.h"
#include "platform/service/hardening.h"
#include "platform/service/resident_memory.h"

int main(int argc, char** argv) {
    vaktpost::platform::forbid_core_dumps();
    vaktpost::platform::keep_heap_small();
    const auto options = vaktpost::parse_options(argc, argv);
    try {
        vaktpost::Runtime(options).run();
    } catch (const std::exception& failure) {
        vaktpost::platform::warn(std::string("cannot start: ") + failure.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
