// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/input_kind.h"

#include <libevdev/libevdev.h>
#include <linux/input.h>

namespace vaktpost::platform {

namespace {

bool has(const libevdev* device, unsigned type, unsigned code) {
    return libevdev_has_event_code(device, type, code) != 0;
}

bool has_any_key(const libevdev* device, unsigned first, unsigned last) {
    for (unsigned code = first; code <= last; ++code)
        if (has(device, EV_KEY, code)) return true;
    return false;
}

// The main block, keypad and cursor keys. Power, sleep, brightness and media keys lie outside of
// them.
bool is_keyboard(const libevdev* device) {
    return has_any_key(device, KEY_ESC, KEY_KPDOT) ||
           has_any_key(device, KEY_KPENTER, KEY_KPENTER) ||
           has_any_key(device, KEY_HOME, KEY_DELETE);
}

bool is_absolute(const libevdev* device) {
    return has(device, EV_ABS, ABS_X) && has(device, EV_ABS, ABS_Y);
}

bool is_pointer(const libevdev* device) {
    const bool moves = has(device, EV_REL, REL_X) && has(device, EV_REL, REL_Y);
    return (moves || is_absolute(device)) && has(device, EV_KEY, BTN_LEFT);
}

bool is_touch(const libevdev* device) {
    const bool touched = has(device, EV_KEY, BTN_TOUCH) || has(device, EV_KEY, BTN_TOOL_FINGER);
    return (is_absolute(device) && touched) || has(device, EV_ABS, ABS_MT_POSITION_X);
}

bool is_tablet(const libevdev* device) {
    return is_absolute(device) &&
           (has(device, EV_KEY, BTN_TOOL_PEN) || has(device, EV_KEY, BTN_STYLUS));
}

}  // namespace

InputKind classify(const libevdev* device) {
    if (libevdev_has_property(device, INPUT_PROP_ACCELEROMETER) != 0) return InputKind::none;
    if (is_keyboard(device)) return InputKind::keyboard;
    if (is_tablet(device)) return InputKind::tablet;
    if (is_touch(device)) return InputKind::touch;
    if (is_pointer(device)) return InputKind::pointer;
    return InputKind::none;
}

}  // namespace vaktpost::platform
