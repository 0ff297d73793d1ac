// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/known_inputs_file.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/unit/base/temporary_folder.h"

using namespace vaktpost;

namespace {

const std::string hash(64, 'a');
const std::string other_hash(64, '7');

core::KnownInputs some() {
    using core::InputKind;
    return {{{"1-2.3"}, hash, InputKind::keyboard, 20'000, 20'010},
            {{"1-2.3"}, hash, InputKind::withheld, 20'000, 20'010},
            {{"2-1"}, other_hash, InputKind::other, 20'001, 20'001}};
}

}  // namespace

TEST_CASE("known inputs come back as they were") {
    CHECK(parse_known_inputs(known_inputs_text(some())) == some());
}

TEST_CASE("lines of known inputs that make no sense are left out") {
    CHECK(parse_known_inputs("").empty());
    CHECK(parse_known_inputs("\n \n1-2\n").empty());
    CHECK(parse_known_inputs("1-2 " + hash + " keyboard 1 2 3\n").empty());
    CHECK(parse_known_inputs("../1 " + hash + " keyboard 1 2\n").empty());
    CHECK(parse_known_inputs("1-2 " + hash + "a keyboard 1 2\n").empty());
    CHECK(parse_known_inputs("1-2 - keyboard 1 2\n").empty());
    CHECK(parse_known_inputs("1-2 " + hash + " mouse 1 2\n").empty());
    CHECK(parse_known_inputs("1-2 " + hash + " keyboard -1 2\n").empty());
    CHECK(parse_known_inputs("1-2 " + hash + " keyboard 1 99999999999999999999\n").empty());
    CHECK(parse_known_inputs("1-2 " + hash + " keyboard 1 2").size() == 1);
}

TEST_CASE("what is said twice counts once, and what is too much not at all") {
    CHECK(parse_known_inputs(known_inputs_text(some()) + known_inputs_text(some())) == some());
    std::string many;
    for (std::size_t i = 0; i < 2 * core::most_known_inputs; ++i)
        many += "1-" + std::to_string(i) + " " + hash + " keyboard 1 2\n";
    CHECK(parse_known_inputs(many).size() == core::most_known_inputs);
}

TEST_CASE("another run of the agent knows what this one kept, even that it was nothing") {
    const TemporaryFolder folder;
    const auto path = (folder.path() / "known-inputs").string();
    boost::asio::io_context io;
    platform::Workers workers(io);
    KnownInputsFile first(workers, path);
    CHECK_FALSE(first.read());
    first.keep({});
    while (!std::filesystem::exists(path)) std::this_thread::yield();
    CHECK(KnownInputsFile(workers, path).read() == core::KnownInputs{});
    first.keep(some());
    while (KnownInputsFile(workers, path).read() != some()) std::this_thread::yield();
}

TEST_CASE("a list of known inputs that cannot be read knows nothing, and is no first start") {
    const TemporaryFolder folder;
    boost::asio::io_context io;
    platform::Workers workers(io);
    CHECK(KnownInputsFile(workers, folder.path().string()).read() == core::KnownInputs{});
}
