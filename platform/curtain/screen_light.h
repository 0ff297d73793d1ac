// SPDX-License-Identifier: GPL-3.0-or-later
// The light of the Linux console's screen, TIOCLINUX of ioctl_console(2). `console` must be the
// controlling terminal.
#pragma once

namespace vaktpost::curtain {

// Dark until light_screen(): no key and no message of the kernel's lights it again. False: this is
// no Linux console.
bool darken_screen(int console);
void light_screen(int console);
bool is_screen_dark(int console);

}  // namespace vaktpost::curtain
