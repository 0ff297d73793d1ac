// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/media/media_store.h"

#include <sys/stat.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <limits>

#include "agent/media/media_register.h"
#include "tests/unit/base/temporary_folder.h"

using namespace vaktpost;
using media::known_media;
using media::MediaStore;

namespace {

constexpr auto ever = std::numeric_limits<std::int64_t>::max();

core::KnownMedium medium(const std::string& tag, std::int64_t day, const std::string& serial = "") {
    return {{tag}, day, day, "encrypted", serial.empty() ? "" : "ward-4", serial};
}

bool remember(const std::filesystem::path& path, const core::KnownMedium& known,
              std::size_t limit = MediaStore::most) {
    auto store = MediaStore::open(path);
    REQUIRE(store);
    const auto is_new = store->remember(known, limit);
    REQUIRE(is_new);
    return *is_new;
}

std::vector<std::string> tags(const std::filesystem::path& path, std::int64_t until = ever) {
    const auto known = known_media(path, until);
    REQUIRE(known);
    std::vector<std::string> list;
    for (const auto& each : *known) list.push_back(each.tag.value);
    return list;
}

}  // namespace

TEST_CASE("a medium keeps the day it was first seen, and the newest one") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "media.db";
    CHECK(tags(path).empty());
    remember(path, medium("5e21", 100));
    remember(path, medium("5e21", 107));
    const auto known = known_media(path, ever);
    REQUIRE(known);
    REQUIRE(known->size() == 1);
    CHECK(known->front() == core::KnownMedium{{"5e21"}, 100, 107, "encrypted", "", ""});
    struct stat file {};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    CHECK((file.st_mode & 0777) == 0640);
}

TEST_CASE("those not seen for longest come first, later ones can be left out") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "media.db";
    remember(path, medium("b", 300));
    remember(path, medium("a", 200));
    remember(path, medium("c", 250));
    CHECK(tags(path) == std::vector<std::string>{"a", "c", "b"});
    CHECK(tags(path, 250) == std::vector<std::string>{"a", "c"});
    CHECK(tags(path, 199).empty());
}

TEST_CASE("a medium is newly enrolled once for each serial") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "media.db";
    CHECK_FALSE(remember(path, medium("5e21", 1)));
    CHECK(remember(path, medium("5e21", 2, "S-17")));
    CHECK_FALSE(remember(path, medium("5e21", 3, "S-17")));
    CHECK(remember(path, medium("5e21", 4, "S-18")));
    CHECK(remember(path, medium("77aa", 4, "S-17")));
}

TEST_CASE("a full register forgets the one not seen for longest, never the one just seen") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "media.db";
    remember(path, medium("a", 200), 2);
    remember(path, medium("b", 100), 2);
    remember(path, medium("c", 50), 2);  // by a clock that went back
    CHECK(tags(path) == std::vector<std::string>{"c", "a"});
}

TEST_CASE("a damaged register is set aside, and something else is none") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "media.db";
    std::ofstream(path) << std::string(5000, 'x');
    CHECK_FALSE(known_media(path, ever));
    remember(path, medium("5e21", 1));
    CHECK(tags(path) == std::vector<std::string>{"5e21"});
    CHECK(std::filesystem::exists(path.string() + ".damaged-1"));
}

TEST_CASE("a register damaged behind its first page is set aside when something is to be stored") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "media.db";
    for (int i = 0; i < 300; ++i) remember(path, medium(std::to_string(i), 100 + i));
    {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        const auto size = std::filesystem::file_size(path);
        REQUIRE(size > 8192);
        file.seekp(4096);
        file << std::string(size - 4096, 'x');
    }
    REQUIRE(MediaStore::open(path));
    REQUIRE(media::remember(path, medium("5e21", 500)));
    CHECK(tags(path) == std::vector<std::string>{"5e21"});
    CHECK(std::filesystem::exists(path.string() + ".damaged-1"));
}

TEST_CASE("a register that has only just been made is empty") {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "media.db").close();
    CHECK(tags(folder.path() / "media.db").empty());
}

TEST_CASE("what was to be remembered before the agent ends is stored when it has finished") {
    const TemporaryFolder folder;
    boost::asio::io_context io;
    platform::Workers workers(io);
    media::MediaRegister register_of_media([](const core::Event&) {}, workers,
                                           folder.path() / "media.db");
    for (const std::string tag : {"5e21", "5e22", "5e23"})
        register_of_media.remember({{"sdb-7"}, medium(tag, 1)});
    CHECK(register_of_media.finish(std::chrono::minutes(1)));
    CHECK(tags(folder.path() / "media.db").size() == 3);
}

TEST_CASE("the agent hears that a medium is remembered, and nothing where it cannot be") {
    const TemporaryFolder folder;
    boost::asio::io_context io;
    platform::Workers workers(io);
    std::vector<core::MediumRemembered> heard;
    const auto hear = [&](const core::Event& event) {
        heard.push_back(std::get<core::MediumRemembered>(event));
    };
    media::MediaRegister good(hear, workers, folder.path() / "media.db");
    media::MediaRegister bad(hear, workers, folder.path() / "no/such/folder/media.db");
    bad.remember({{"sdb-7"}, medium("5e21", 1, "S-17")});
    good.remember({{"sdb-8"}, medium("5e21", 1, "S-17")});
    const auto work = boost::asio::make_work_guard(io);
    while (heard.empty()) io.run_one();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].id.value == "sdb-8");
    CHECK(heard[0].first_enrolled);
}
