// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/judge.h"

#include <sys/mman.h>

#include <array>
#include <catch2/catch.hpp>

#include "platform/examine/fat_boot_sector.h"
#include "platform/examine/report.h"
#include "platform/examine/words.h"

using namespace vaktpost::examine;
using vaktpost::core::MediumPart;
using vaktpost::core::Verdict;

namespace {

Verdict overall(const std::vector<Verdict>& verdicts) {
    std::vector<MediumPart> parts;
    parts.reserve(verdicts.size());
    for (const auto each : verdicts) parts.push_back({0, 1, "none", each, "none"});
    return overall_verdict(parts);
}

Medium blank_medium(Bytes size) {
    Medium medium;
    medium.fd = Descriptor(memfd_create("medium", MFD_CLOEXEC));
    medium.size = ftruncate(medium.fd.get(), static_cast<off_t>(size)) == 0 ? size : 0;
    return medium;
}

}  // namespace

TEST_CASE("error beats plain beats unknown beats encrypted, and no parts are unknown") {
    using enum Verdict;
    CHECK(overall({encrypted, encrypted}) == encrypted);
    CHECK(overall({encrypted, unknown, encrypted}) == unknown);
    CHECK(overall({unknown, plain, encrypted}) == plain);
    CHECK(overall({plain, error, encrypted}) == error);
    CHECK(overall({}) == unknown);
}

TEST_CASE("exit statuses follow the verdict") {
    CHECK(exit_status(Verdict::encrypted) == 0);
    CHECK(exit_status(Verdict::plain) == 1);
    CHECK(exit_status(Verdict::unknown) == 2);
    CHECK(exit_status(Verdict::error) == 3);
}

TEST_CASE("a report is one line of JSON") {
    const vaktpost::core::Examination examination{
        Verdict::plain,
        {{512, 1024, "vfat", Verdict::plain, word::file_system}},
        word::file_system};
    CHECK(
        report_line(examination) ==
        R"({"verdict":"plain","parts":[{"offset":512,"size":1024,"type":"vfat","verdict":"plain",)"
        R"("evidence":"file_system"}],"reason":"file_system"})"
        "\n");
}

TEST_CASE("a medium of no size is unknown, without parts") {
    const auto result = judge(blank_medium(0));
    CHECK(result.verdict == Verdict::unknown);
    CHECK(result.parts.empty());
}

TEST_CASE("a medium on which the kernel sees partitions that are not there for us is unknown") {
    auto medium = blank_medium(1 << 20);
    medium.kernel_partitions = {{4096, 4096}};
    CHECK(judge(medium).reason == word::kernel_differs);
}

TEST_CASE("a medium that ends before its size is an error, never more") {
    auto medium = blank_medium(1 << 20);
    medium.size = 2 << 20;
    CHECK(judge(medium).verdict == Verdict::error);
}

TEST_CASE("what a FAT driver would mount is a FAT boot sector, without any magic") {
    std::array<std::byte, 512> sector{};
    CHECK_FALSE(is_fat_boot_sector(sector));
    sector[12] = std::byte{2};
    sector[13] = sector[14] = sector[16] = std::byte{1};
    sector[21] = std::byte{0xf8};
    CHECK(is_fat_boot_sector(sector));
    sector[16] = std::byte{0};
    CHECK_FALSE(is_fat_boot_sector(sector));
}
