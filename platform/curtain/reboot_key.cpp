// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/reboot_key.h"

#include <unistd.h>

#include <string>

#include "platform/base/journal.h"
#include "platform/base/small_file.h"

namespace vaktpost::curtain {

namespace {
void send_to(pid_t process) {
    const auto done =
        platform::write_existing("/proc/sys/kernel/cad_pid", std::to_string(process) + "\n");
    if (!done) platform::warn("Ctrl-Alt-Delete: " + done.error().text());
}
}  // namespace

void take_reboot_key() {
    send_to(::getpid());
}

void give_back_reboot_key() {
    send_to(1);
}

}  // namespace vaktpost::curtain
