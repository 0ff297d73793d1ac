// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/guard_maps.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <variant>
#include <vector>

#include "platform/mounts/mount_guard.h"

using namespace vaktpost;
using namespace vaktpost::platform;

TEST_CASE("a disk is told to the kernel by its number and sequence") {
    const auto disk = guarded_disk("8:17", 42);
    REQUIRE(disk);
    CHECK(disk->device == (8U << 20U | 17U));
    CHECK(disk->sequence == 42);
    for (const auto* text : {"", ":", "8", "8:", ":1", "8:1x", "x:1", "-1:2", "8:1:2"})
        CHECK_FALSE(guarded_disk(text, 1));
}

TEST_CASE("where no guard is pinned, the source is lost, once") {
    boost::asio::io_context io;
    std::vector<core::Event> events;
    MountGuard guard(
        io, [&](core::Event event) { events.push_back(std::move(event)); }, "/nonexistent",
        "/nonexistent");
    guard.check();
    guard.check();
    guard.admitted({"sdb-7"}, core::Admission::any);
    guard.admitted({"sdb-7"}, std::nullopt);
    REQUIRE(events.size() == 1);
    const auto& lost = std::get<core::SourceLost>(events[0]);
    CHECK(lost.source == core::Source::mounts);
    CHECK_FALSE(lost.cause.empty());
}
