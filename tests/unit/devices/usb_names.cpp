// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/usb_names.h"

#include <catch2/catch.hpp>

using namespace vaktpost::platform;

TEST_CASE("the kernel's names of devices, root hubs and interfaces are told apart") {
    CHECK(is_usb_device("1-2"));
    CHECK(is_usb_device("12-1.4.10"));
    CHECK(is_root_hub("usb12"));
    CHECK_FALSE(is_usb_device("usb1"));
    CHECK_FALSE(is_usb_device("1-2:1.0"));
    const auto interface = parse_usb_interface("1-2.3:1.12");
    REQUIRE(interface);
    CHECK(interface->device == "1-2.3");
    CHECK(interface->configuration == 1);
    CHECK(interface->number == 12);
}

TEST_CASE("a name that could lead out of sysfs is none") {
    for (const char* name :
         {"", "..", "1-", "-1", "1-2.", "1-2/../3", "1-.2", "1-2 ", "1-2\n", "x-1", "1-999999"})
        CHECK_FALSE(is_usb_device(name));
    for (const char* name :
         {"1-2:1", "1-2:.0", "1-2:1.256", "1-2:-1.0", "../1-2:1.0", "1-2:1.0/.."})
        CHECK_FALSE(parse_usb_interface(name));
    for (const char* name : {"usb", "usb1/..", "usbx"}) CHECK_FALSE(is_root_hub(name));
}

TEST_CASE("a number is the whole text or nothing") {
    CHECK(parse_number("17\n") == 17U);
    CHECK(parse_number("c31c", 16) == 0xc31cU);
    for (const char* text : {"", "\n", "1x", "-1", " 1", "99999999999999999999"})
        CHECK_FALSE(parse_number(text));
}
