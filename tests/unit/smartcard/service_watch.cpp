// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/service_watch.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "temp_folder.h"

using namespace vaktpost::smartcard;
using namespace vaktpost::smartcard::test;
using namespace std::chrono_literals;

namespace {
void touch(const std::filesystem::path& path) {
    std::ofstream{path};
}
}  // namespace

TEST_CASE("a socket that is made after the failed attempt ends the wait") {
    const TempFolder temp;
    ServiceWatch watch{temp.path() / "pcscd.comm"};
    watch.arm();
    CHECK_FALSE(watch.wait(1ms));
    touch(temp.path() / "pcscd.comm");
    CHECK(watch.wait(1min));
}

TEST_CASE("a socket in a folder that did not exist either ends the wait") {
    const TempFolder temp;
    const auto folder = temp.path() / "pcscd";
    ServiceWatch watch{folder / "pcscd.comm"};
    watch.arm();
    touch(temp.path() / "another service");
    CHECK_FALSE(watch.wait(1ms));
    std::filesystem::create_directory(folder);
    CHECK(watch.wait(1min));
}

TEST_CASE("where nothing can be watched the whole time is waited") {
    ServiceWatch watch{"/no such folder/at all/pcscd.comm"};
    watch.arm();
    CHECK_FALSE(watch.wait(20ms));
}

TEST_CASE("a stop from another thread ends a wait, and every later one") {
    const TempFolder temp;
    ServiceWatch watch{temp.path() / "pcscd.comm"};
    watch.arm();
    std::thread stopper{[&] { watch.stop(); }};
    CHECK_FALSE(watch.wait(1min));
    stopper.join();
    CHECK_FALSE(watch.wait(1min));
    watch.pause(1min);
}
