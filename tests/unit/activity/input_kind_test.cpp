// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/input_kind.h"

#include <libevdev/libevdev.h>

#include <catch2/catch.hpp>
#include <initializer_list>
#include <memory>
#include <utility>

namespace vaktpost::test {

using platform::InputKind;

namespace {

struct Free {
    void operator()(libevdev* device) const { libevdev_free(device); }
};

// A device with these event codes, as the kernel would describe it.
class Device {
  public:
    Device& keys(std::initializer_list<unsigned> codes) { return enable(EV_KEY, codes); }
    Device& relative(std::initializer_list<unsigned> codes) { return enable(EV_REL, codes); }
    Device& switches(std::initializer_list<unsigned> codes) { return enable(EV_SW, codes); }
    Device& absolute(std::initializer_list<unsigned> codes) {
        const input_absinfo range{0, 0, 1023, 0, 0, 0};
        for (const unsigned code : codes)
            libevdev_enable_event_code(device_.get(), EV_ABS, code, &range);
        return *this;
    }
    Device& property(unsigned property) {
        libevdev_enable_property(device_.get(), property);
        return *this;
    }
    [[nodiscard]] InputKind kind() const { return platform::classify(device_.get()); }

  private:
    Device& enable(unsigned type, std::initializer_list<unsigned> codes) {
        for (const unsigned code : codes)
            libevdev_enable_event_code(device_.get(), type, code, nullptr);
        return *this;
    }
    std::unique_ptr<libevdev, Free> device_{libevdev_new()};
};

}  // namespace

TEST_CASE("keyboards, keypads and barcode scanners count as keyboards") {
    CHECK(Device().keys({KEY_A, KEY_Z, KEY_ENTER, KEY_POWER}).kind() == InputKind::keyboard);
    CHECK(Device().keys({KEY_KP0, KEY_KP9, KEY_KPENTER}).kind() == InputKind::keyboard);
    CHECK(Device().keys({KEY_PAGEUP, KEY_PAGEDOWN}).kind() == InputKind::keyboard);
}

TEST_CASE("mice and absolute pointers count as pointers") {
    CHECK(Device().relative({REL_X, REL_Y, REL_WHEEL}).keys({BTN_LEFT, BTN_RIGHT}).kind() ==
          InputKind::pointer);
    CHECK(Device().absolute({ABS_X, ABS_Y}).keys({BTN_LEFT}).relative({REL_WHEEL}).kind() ==
          InputKind::pointer);
}

TEST_CASE("touch screens and touch pads count as touch") {
    CHECK(Device().absolute({ABS_X, ABS_Y}).keys({BTN_TOUCH}).kind() == InputKind::touch);
    CHECK(Device().absolute({ABS_MT_POSITION_X, ABS_MT_POSITION_Y}).kind() == InputKind::touch);
    CHECK(Device().absolute({ABS_X, ABS_Y}).keys({BTN_LEFT, BTN_TOOL_FINGER}).kind() ==
          InputKind::touch);
}

TEST_CASE("pens count as tablets") {
    CHECK(Device().absolute({ABS_X, ABS_Y}).keys({BTN_TOOL_PEN, BTN_TOUCH, BTN_STYLUS}).kind() ==
          InputKind::tablet);
}

TEST_CASE("lid, power button, video bus, headset buttons and accelerometer do not count") {
    CHECK(Device().switches({SW_LID}).kind() == InputKind::none);
    CHECK(Device().keys({KEY_POWER}).kind() == InputKind::none);
    CHECK(Device().keys({KEY_SLEEP, KEY_WAKEUP, KEY_SUSPEND}).kind() == InputKind::none);
    CHECK(Device().keys({KEY_BRIGHTNESSUP, KEY_BRIGHTNESSDOWN, KEY_SWITCHVIDEOMODE}).kind() ==
          InputKind::none);
    CHECK(Device().keys({KEY_VOLUMEUP, KEY_PLAYPAUSE, KEY_MUTE}).kind() == InputKind::none);
    CHECK(Device().absolute({ABS_X, ABS_Y, ABS_Z}).kind() == InputKind::none);
    CHECK(Device()
              .absolute({ABS_X, ABS_Y})
              .keys({BTN_TOUCH})
              .property(INPUT_PROP_ACCELEROMETER)
              .kind() == InputKind::none);
}

TEST_CASE("a joystick does not count, since its axes drift") {
    CHECK(Device().absolute({ABS_X, ABS_Y}).keys({BTN_JOYSTICK, BTN_TRIGGER}).kind() ==
          InputKind::none);
}

TEST_CASE("a device that says nothing about itself does not count") {
    CHECK(Device().kind() == InputKind::none);
}

}  // namespace vaktpost::test
