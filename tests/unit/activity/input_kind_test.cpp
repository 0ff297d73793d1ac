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
    [[nodiscard]] bool letters() const { return platform::has_letters(device_.get()); }
    [[nodiscard]] bool touch_screen() const { return platform::is_touch_screen(device_.get()); }
    [[nodiscard]] bool moves() const { return platform::can_move(device_.get(), kind()); }

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

TEST_CASE("a keyboard has letters; a keypad, a remote control and a presenter have not") {
    Device keyboard;
    for (unsigned key = KEY_Q; key <= KEY_P; ++key) keyboard.keys({key});
    for (unsigned key = KEY_A; key <= KEY_L; ++key) keyboard.keys({key});
    CHECK_FALSE(keyboard.letters());
    for (unsigned key = KEY_Z; key <= KEY_M; ++key) keyboard.keys({key});
    CHECK(keyboard.letters());
    CHECK_FALSE(Device().keys({KEY_KP0, KEY_KP9, KEY_KPENTER}).letters());
    CHECK_FALSE(Device().keys({KEY_PAGEUP, KEY_PAGEDOWN, KEY_B, KEY_ESC}).letters());
}

TEST_CASE("a touch screen is touched where it shows, a touch pad is not") {
    const std::initializer_list<unsigned> axes{ABS_X, ABS_Y};
    CHECK(Device().absolute(axes).keys({BTN_TOUCH}).touch_screen());
    CHECK(Device()
              .absolute(axes)
              .keys({BTN_TOUCH, BTN_TOOL_FINGER})
              .property(INPUT_PROP_DIRECT)
              .touch_screen());
    CHECK_FALSE(Device().absolute(axes).keys({BTN_TOUCH, BTN_TOOL_FINGER}).touch_screen());
    CHECK_FALSE(
        Device().absolute(axes).keys({BTN_TOUCH}).property(INPUT_PROP_POINTER).touch_screen());
    CHECK_FALSE(Device().absolute(axes).keys({BTN_LEFT}).touch_screen());
}

TEST_CASE("mice, pens and absolute pointers can move; keyboards and touch surfaces cannot") {
    CHECK(Device().relative({REL_X, REL_Y}).keys({BTN_LEFT}).moves());
    CHECK(Device().absolute({ABS_X, ABS_Y}).keys({BTN_LEFT}).moves());
    CHECK(Device().absolute({ABS_X, ABS_Y}).keys({BTN_TOOL_PEN, BTN_TOUCH}).moves());
    CHECK(Device().keys({KEY_A}).relative({REL_X, REL_Y}).moves());
    CHECK_FALSE(Device().keys({KEY_A}).relative({REL_HWHEEL}).moves());
    CHECK_FALSE(Device().absolute({ABS_X, ABS_Y}).keys({BTN_TOUCH}).moves());
}

TEST_CASE("keys, buttons, wheels, touches and a pen's tip are deliberate, the rest is movement") {
    using platform::is_movement;
    for (const auto kind :
         {InputKind::keyboard, InputKind::pointer, InputKind::touch, InputKind::tablet}) {
        for (const int key : {KEY_A, BTN_LEFT, BTN_TOUCH, BTN_STYLUS, BTN_STYLUS2})
            CHECK_FALSE(is_movement(kind, EV_KEY, static_cast<std::uint16_t>(key)));
        for (const int wheel : {REL_WHEEL, REL_HWHEEL, REL_WHEEL_HI_RES, REL_HWHEEL_HI_RES})
            CHECK_FALSE(is_movement(kind, EV_REL, static_cast<std::uint16_t>(wheel)));
        CHECK(is_movement(kind, EV_REL, REL_X));
        CHECK(is_movement(kind, EV_REL, REL_Y));
        CHECK(is_movement(kind, EV_ABS, ABS_X) == (kind != InputKind::touch));
        CHECK(is_movement(kind, EV_KEY, BTN_TOOL_PEN) == (kind == InputKind::tablet));
    }
    CHECK_FALSE(is_movement(InputKind::touch, EV_ABS, ABS_MT_POSITION_X));
    CHECK(is_movement(InputKind::tablet, EV_ABS, ABS_PRESSURE));
}

TEST_CASE("a device that says nothing about itself does not count") {
    CHECK(Device().kind() == InputKind::none);
}

}  // namespace vaktpost::test
