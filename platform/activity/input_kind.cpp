// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/input_kind.h"

#include <libevdev/libevdev.h>
#include <linux/input.h>

#include <utility>

namespace vaktpost::platform {

namespace {

using Codes = std::pair<unsigned, unsigned>;

constexpr int letters_of_a_keyboard = 20;  // as platform/devices counts them

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

bool has_letters(const libevdev* device) {
    int letters = 0;
    for (const auto& [first, last] :
         {Codes{KEY_Q, KEY_P}, Codes{KEY_A, KEY_L}, Codes{KEY_Z, KEY_M}})
        for (unsigned key = first; key <= last; ++key) letters += has(device, EV_KEY, key) ? 1 : 0;
    return letters >= letters_of_a_keyboard;
}

bool is_touch_screen(const libevdev* device) {
    if (!is_touch(device)) return false;
    if (libevdev_has_property(device, INPUT_PROP_DIRECT) != 0) return true;
    return libevdev_has_property(device, INPUT_PROP_POINTER) == 0 &&
           !has(device, EV_KEY, BTN_TOOL_FINGER);
}

bool is_movement(InputKind kind, std::uint16_t type, std::uint16_t code) {
    switch (type) {
        case EV_REL:
            return code != REL_WHEEL && code != REL_HWHEEL && code != REL_WHEEL_HI_RES &&
                   code != REL_HWHEEL_HI_RES && code != REL_DIAL;
        case EV_ABS:
            return kind != InputKind::touch;
        case EV_KEY:  // a tool that comes near and goes
            return kind == InputKind::tablet && code >= BTN_TOOL_PEN && code <= BTN_TOOL_LENS;
        default:
            return false;
    }
}

bool can_move(const libevdev* device, InputKind kind) {
    for (const auto& [type, codes] : {Codes{EV_REL, REL_CNT}, Codes{EV_ABS, ABS_CNT}})
        for (unsigned code = 0; code < codes; ++code)
            if (has(device, type, code) && is_movement(kind, static_cast<std::uint16_t>(type),
                                                       static_cast<std::uint16_t>(code)))
                return true;
    return false;
}

}  // namespace vaktpost::platform
