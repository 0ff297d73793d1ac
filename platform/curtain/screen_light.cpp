// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/screen_light.h"

#include <linux/tiocl.h>
#include <sys/ioctl.h>

namespace vaktpost::curtain {

namespace {
int console_request(int console, char request) {
    return ::ioctl(console, TIOCLINUX, &request);
}
}  // namespace

bool darken_screen(int console) {
    return console_request(console, TIOCL_BLANKSCREEN) == 0;
}

void light_screen(int console) {
    console_request(console, TIOCL_UNBLANKSCREEN);
}

bool is_screen_dark(int console) {
    return console_request(console, TIOCL_BLANKEDSCREEN) > 0;
}

}  // namespace vaktpost::curtain
