// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl-Alt-Delete on a text console restarts the machine, and many people press it to log in:
// behind the curtain that would throw away what they came back for.
#pragma once

namespace vaktpost::curtain {

// The key's signal comes to this process, which has to ignore SIGINT, instead of to systemd. Nobody
// gets it once the process has died. Where the kernel refuses, the key does what it did.
void take_reboot_key();
void give_back_reboot_key();

}  // namespace vaktpost::curtain
