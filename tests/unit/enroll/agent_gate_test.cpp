// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/agent_gate.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <catch2/catch.hpp>

#include "platform/devices/admissions.h"
#include "tests/unit/base/temporary_folder.h"

using namespace vaktpost;

namespace {

const core::MediumId medium{"sdb-7"};

struct Machine {
    TemporaryFolder folder;
    platform::DevicePaths paths;
    platform::Admissions admissions{folder.path()};

    Machine() { paths.run = folder.path(); }
    [[nodiscard]] bool left_alone() const {
        return enroll::leaves_it_alone("/dev/sdb", medium, paths).ok();
    }
};

}  // namespace

TEST_CASE("an agent leaves a medium alone that it admitted whatever it holds, and no other") {
    Machine machine;
    boost::asio::io_context io;
    const boost::asio::local::stream_protocol::acceptor agent(
        io, (machine.folder / "control.sock").string());
    CHECK_FALSE(machine.left_alone());
    for (const auto admission : {core::Admission::encrypted, core::Admission::read_only}) {
        REQUIRE(machine.admissions.admit(medium, admission));
        CHECK_FALSE(machine.left_alone());
    }
    REQUIRE(machine.admissions.admit(medium, core::Admission::any));
    CHECK(machine.left_alone());
    const auto refused = enroll::leaves_it_alone("/dev/sdc", {"sdc-8"}, machine.paths);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().detail.find("media = \"observe\"") != std::string::npos);
}

TEST_CASE("without an agent nobody takes a medium away, whatever one left behind") {
    Machine machine;
    CHECK(machine.left_alone());
    boost::asio::io_context io;
    boost::asio::local::stream_protocol::acceptor(io, (machine.folder / "control.sock").string());
    REQUIRE(std::filesystem::exists(machine.folder / "control.sock"));
    REQUIRE(machine.admissions.admit(medium, core::Admission::encrypted));
    CHECK(machine.left_alone());
}
