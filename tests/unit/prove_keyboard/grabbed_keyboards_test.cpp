// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/prove_keyboard/grabbed_keyboards.h"

#include <fcntl.h>
#include <linux/input.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "platform/devices/sysfs.h"
#include "tests/unit/base/temporary_folder.h"

using namespace std::chrono_literals;
using vaktpost::platform::UniqueFd;
using vaktpost::prove_keyboard::GrabbedKeyboards;
namespace fs = std::filesystem;

namespace {

// Keyboard 1-2 in a folder; pipes stand in for its input devices.
struct Setup {
    Setup() { fs::create_directories(folder / "nodes"); }

    GrabbedKeyboards keyboards(GrabbedKeyboards::Take take = [](int) { return true; }) {
        return {folder / "sys", folder / "nodes", "1-2", {"0"}, std::move(take)};
    }
    fs::path input(int number, int interface = 0) {
        return folder / "sys" / "bus/usb/devices/1-2" / ("1-2:1." + std::to_string(interface)) /
               "0003:1234:5678.0001/input" / ("input" + std::to_string(number));
    }
    // Where keys of its node are put in.
    UniqueFd input_device(int number, int interface = 0) {
        const auto node = "event" + std::to_string(number);
        fs::create_directories(input(number, interface) / node);
        std::ofstream(input(number, interface) / "inhibited") << "1\n";
        const auto pipe = folder / "nodes" / node;
        REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
        return UniqueFd(::open(pipe.c_str(), O_RDWR | O_CLOEXEC));
    }

    TemporaryFolder folder;
};

void type(const UniqueFd& device, std::uint16_t key) {
    input_event event{};
    event.type = EV_KEY;
    event.code = key;
    event.value = 1;
    REQUIRE(::write(device.get(), &event, sizeof event) == sizeof event);
}

}  // namespace

TEST_CASE("keys of the input devices of the interfaces are told, and of no others") {
    Setup setup;
    const auto other = setup.input_device(4, 1);
    const auto device = setup.input_device(5);
    auto keyboards = setup.keyboards();
    REQUIRE(keyboards.grab(1s));
    type(other, KEY_A);
    type(device, KEY_1);
    type(device, KEY_2);
    std::vector<std::uint16_t> keys;
    keyboards.listen(5s, 5s, [&](std::uint16_t key) {
        keys.push_back(key);
        return keys.size() < 2;
    });
    CHECK(keys == std::vector<std::uint16_t>{KEY_1, KEY_2});
}

TEST_CASE("what somebody else has is waited for") {
    Setup setup;
    const auto device = setup.input_device(5);
    int tries = 0;
    auto keyboards = setup.keyboards([&](int) { return ++tries == 3; });
    CHECK(keyboards.grab(5s));
    CHECK(tries == 3);
}

TEST_CASE("a keyboard without an input device, or without its interface, cannot be typed on") {
    Setup setup;
    auto keyboards = setup.keyboards();
    CHECK_FALSE(keyboards.grab(1h));
    fs::create_directories(setup.input(5));
    CHECK_FALSE(keyboards.grab(100ms));
}

TEST_CASE("the input device that another driver makes instead is listened to as well") {
    Setup setup;
    auto device = setup.input_device(5);
    auto keyboards = setup.keyboards();
    REQUIRE(keyboards.grab(1s));
    type(device, KEY_1);
    std::vector<std::uint16_t> keys;
    keyboards.listen(5s, 5s, [&](std::uint16_t key) {
        keys.push_back(key);
        fs::remove_all(setup.input(5));
        if (keys.size() == 2) return false;
        device = setup.input_device(6);
        type(device, KEY_2);
        return true;
    });
    CHECK(keys == std::vector<std::uint16_t>{KEY_1, KEY_2});
}

TEST_CASE("listening ends when no input device comes any more") {
    Setup setup;
    const auto device = setup.input_device(5);
    auto keyboards = setup.keyboards();
    REQUIRE(keyboards.grab(1s));
    fs::remove_all(setup.input(5));
    keyboards.listen(1h, 100ms, [](std::uint16_t) { return true; });
}

TEST_CASE("the kernel hears of an input device no earlier and no longer than it is ours") {
    Setup setup;
    const auto device = setup.input_device(5);
    const auto inhibited = [&] {
        return vaktpost::platform::read_attribute(setup.input(5) / "inhibited");
    };
    {
        auto keyboards = setup.keyboards();
        REQUIRE(keyboards.grab(1s));
        CHECK(inhibited() == "1");
        type(device, KEY_1);
        keyboards.listen(5s, 5s, [&](std::uint16_t) {
            CHECK(inhibited() == "0");
            return false;
        });
    }
    CHECK(inhibited() == "1");
}
