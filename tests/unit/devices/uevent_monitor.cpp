// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/uevent_monitor.h"

#include <catch2/catch.hpp>

#include "platform/base/small_file.h"
#include "platform/devices/disk_reading.h"
#include "tests/unit/devices/recorder.h"

using namespace vaktpost;
using namespace vaktpost::test;
using platform::Uevent;

TEST_CASE("the kernel's uevents arrive as they are, and our own synthetic ones are told apart") {
    const auto disks = platform::present_disks({});
    if (disks.empty()) {
        WARN("skipped: there is no block device here");
        return;
    }
    const auto& disk = disks.front();
    const auto announce = [&](const std::string& change) {
        return platform::write_existing(
                   std::filesystem::canonical("/sys/class/block/" + disk) / "uevent", change)
            .ok();
    };
    Recorder recorder;
    std::vector<Uevent> uevents;
    platform::UeventMonitor monitor(recorder.io, {[&](const Uevent& event) {
                                                      if (event.name() == disk)
                                                          uevents.push_back(event);
                                                  },
                                                  [] {}, [](const std::string&) {}});
    REQUIRE(monitor.open());
    const auto before = platform::now();
    if (!announce("change 6b3f4b0e-98a5-4f0a-a3b8-0f2f0d7d9c11 VAKTPOST=1")) {
        WARN("skipped: only root can make uevents");
        return;
    }
    REQUIRE(announce("change"));
    REQUIRE(recorder.run_until([&] { return uevents.size() >= 2; }));
    CHECK(uevents[0].ours);
    CHECK(uevents[0].action == "change");
    CHECK(uevents[0].subsystem == "block");
    CHECK(uevents[0].devtype == "disk");
    CHECK(uevents[0].node == "/dev/" + disk);
    CHECK(uevents[0].seen >= before);
    CHECK_FALSE(uevents[1].ours);
}
