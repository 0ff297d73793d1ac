// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

struct libevdev;

namespace vaktpost::platform {

// What a person does with an input device. `none`: what it reports proves nobody's presence (lid,
// power button, accelerometer, brightness keys of the video bus, headset buttons, joysticks that
// drift).
enum class InputKind { none, keyboard, pointer, touch, tablet };

// From the device's capabilities alone (Linux, Documentation/input/event-codes.rst).
InputKind classify(const libevdev* device);

}  // namespace vaktpost::platform
