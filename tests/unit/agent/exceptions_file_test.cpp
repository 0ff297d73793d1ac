// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/exceptions_file.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/unit/base/temporary_folder.h"

using namespace vaktpost;

namespace {

core::UsbExceptions two() {
    core::UsbException one;
    one.id = {"exception.00A7"};
    one.granted = 231;
    one.vendor = 0x0781;
    one.product = 0x5581;
    one.serial_tag = {"0123456789abcdef"};
    one.descriptors = std::string(64, 'a');
    one.reason = "service";
    one.from = core::WallTime(1'764'000'000'123);
    one.until = one.from + std::chrono::minutes(30);
    core::UsbException other = one;
    other.id = {"exception.00A8"};
    other.serial_tag = {};
    other.descriptors.clear();
    other.port = {"1-2.3"};
    other.warned = true;
    return {one, other};
}

}  // namespace

TEST_CASE("exceptions come back as they were") {
    CHECK(parse_exceptions(exceptions_text(two(), 3), 3) == two());
}

TEST_CASE("an exception of another epoch of the log refers to no record of this one") {
    const auto read = parse_exceptions(exceptions_text(two(), 3), 4);
    REQUIRE(read.size() == 2);
    CHECK(read[0].granted == 0);
    CHECK(read[0].until == two()[0].until);
}

TEST_CASE("lines of exceptions that make no sense are left out") {
    CHECK(parse_exceptions("", 1).empty());
    CHECK(parse_exceptions("\n\nexception.1 1 1\n", 1).empty());
    CHECK(parse_exceptions("exception.1 1 1 70000 1 - - - x 1 2 0\n", 1).empty());
    CHECK(parse_exceptions("- 1 1 7 1 - - - x 1 2 0\n", 1).empty());
    CHECK(parse_exceptions("exception.1 1 1 7 1 - - - x 1 2 0", 1).size() == 1);
}

TEST_CASE("another run of the agent reads the exceptions that this one kept") {
    const TemporaryFolder folder;
    const auto path = (folder.path() / "exceptions").string();
    boost::asio::io_context io;
    platform::Workers workers(io);
    ExceptionsFile(workers, path).keep(two(), 3);
    while (!std::filesystem::exists(path)) std::this_thread::yield();
    CHECK(ExceptionsFile(workers, path).read(3) == two());
}
