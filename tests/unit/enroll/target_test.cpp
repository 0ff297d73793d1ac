// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/target.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "platform/enroll/progress.h"
#include "tests/unit/base/temporary_folder.h"

using namespace vaktpost;
using enroll::look_at;
using enroll::size_text;

namespace {

std::string why_not(const std::string& path) {
    const auto target = look_at(path);
    REQUIRE_FALSE(target);
    return target.error().detail;
}

}  // namespace

TEST_CASE("an image file may be enrolled, with the size that it has") {
    const TemporaryFolder folder;
    const auto image = folder.path() / "stick.img";
    std::ofstream(image).close();
    std::filesystem::resize_file(image, 64U << 20U);
    const auto target = look_at(image);
    REQUIRE(target);
    CHECK(target->image);
    CHECK(target->size == 64U << 20U);
    CHECK(target->model.empty());
    std::filesystem::resize_file(image, 1U << 20U);
    CHECK(why_not(image) == "too small, or empty");
}

TEST_CASE("what is neither a disk nor an image is refused") {
    const TemporaryFolder folder;
    CHECK(why_not(folder.path()) == "neither a disk nor an image file");
    CHECK(why_not("/dev/null") == "neither a disk nor an image file");
    CHECK_FALSE(look_at(folder.path() / "missing"));
}

TEST_CASE("sizes are told as sticks are sold") {
    CHECK(size_text(999) == "999 bytes");
    CHECK(size_text(64'000'000) == "64.0 MB");
    CHECK(size_text(31'004'295'168) == "31.0 GB");
    CHECK(size_text(2'000'398'934'016) == "2.0 TB");
}
