// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

struct libevdev;

namespace vaktpost::platform {

// What a person does with an input device. `none`: what it reports proves nobody's presence (lid,
// power button, accelerometer, brightness keys of the video bus, headset buttons, joysticks that
// drift).
enum class InputKind { none, keyboard, pointer, touch, tablet };

// From the device's capabilities alone (Linux, Documentation/input/event-codes.rst).
InputKind classify(const libevdev* device);

// What a session can be unlocked with. A keyboard that has letters: a keypad, a remote control or a
// headset types no password.
bool has_letters(const libevdev* device);
// Not a touch pad, which only moves a pointer.
bool is_touch_screen(const libevdev* device);

// Whether an event of such a device is mere movement, which a jiggler makes as well: of a mouse, of
// an absolute pointer, of a pen above its tablet. Everything that a finger does on a touch surface
// is contact.
bool is_movement(InputKind kind, std::uint16_t type, std::uint16_t code);

// Whether the device has any event that is mere movement.
bool can_move(const libevdev* device, InputKind kind);

}  // namespace vaktpost::platform
