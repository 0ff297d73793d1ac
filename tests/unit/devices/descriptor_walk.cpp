// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/descriptor_walk.h"

#include <catch2/catch.hpp>

#include "tests/unit/devices/descriptors.h"

using namespace vaktpost::test;
using vaktpost::platform::DescribedInterface;
using vaktpost::platform::walk_descriptors;

TEST_CASE("every configuration and alternate setting is found") {
    const auto raw =
        joined({device_descriptor(2),
                configuration(1, 1,
                              {interface_descriptor(0, 0, 3, 1, 1),
                               {9, 0x21, 0x11, 1, 0, 1, 0x22, 0x3f, 0},  // HID, class specific
                               {7, 5, 0x81, 3, 8, 0, 10},                // endpoint
                               interface_descriptor(0, 1, 3, 0, 0)}),
                configuration(2, 1, {interface_descriptor(0, 0, 8, 6, 0x50)})});
    CHECK(walk_descriptors(raw) == std::vector<DescribedInterface>{
                                       {1, 0, {3, 0, 0}}, {1, 0, {3, 1, 1}}, {2, 0, {8, 6, 0x50}}});
}

TEST_CASE("an alternate setting out of place or beyond the header's count cannot hide") {
    const auto raw =
        joined({device_descriptor(1), configuration(1, 1,
                                                    {interface_descriptor(0, 0, 3, 1, 1),
                                                     interface_descriptor(1, 0, 3, 0, 0),
                                                     interface_descriptor(0, 1, 8, 6, 0x50)})});
    CHECK(walk_descriptors(raw).size() == 3);
}

TEST_CASE("the walk ends where the bytes no longer make sense, as the kernel's does") {
    const auto whole =
        joined({device_descriptor(1), configuration(1, 2,
                                                    {interface_descriptor(0, 0, 3, 1, 1),
                                                     {0, 0},
                                                     interface_descriptor(1, 0, 8, 6, 0x50)})});
    CHECK(walk_descriptors(whole) == std::vector<DescribedInterface>{{1, 0, {3, 1, 1}}});
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(walk_descriptors(std::span(whole).first(size)).size() <= 1);
    auto longer_than_it_is = whole;
    longer_than_it_is[18 + 3] = 0xff;
    CHECK(walk_descriptors(longer_than_it_is).size() == 1);
}
