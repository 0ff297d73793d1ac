// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/partition_layout.h"

#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "platform/examine/kernel_partitions.h"
#include "platform/examine/words.h"

using namespace vaktpost::examine;

namespace {

constexpr Bytes kSector = 512;

std::string text(const char* reason) {
    return reason == nullptr ? "" : reason;
}

std::string layout(const std::vector<Partition>& partitions) {
    return text(check_layout(partitions, 1000));
}

std::string against_kernel(const std::vector<Partition>& ours,
                           const std::vector<Partition>& kernel) {
    return text(check_against_kernel(ours, kernel));
}

// A folder as the kernel shows a disk in sysfs.
class FakeDisk {
  public:
    explicit FakeDisk(int ext_range) {
        std::string name =
            (std::filesystem::temp_directory_path() / "vaktpost-disk-XXXXXX").string();
        folder_ = mkdtemp(name.data());
        write("ext_range", ext_range);
    }
    ~FakeDisk() { std::filesystem::remove_all(folder_); }
    FakeDisk(const FakeDisk&) = delete;
    FakeDisk& operator=(const FakeDisk&) = delete;

    void add(const std::string& name, int number, int start, int size) {
        std::filesystem::create_directory(folder_ / name);
        write(name + "/partition", number);
        write(name + "/start", start);
        write(name + "/size", size);
    }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  private:
    void write(const std::string& name, int value) {
        std::ofstream(folder_ / name) << value << '\n';
    }

    std::filesystem::path folder_;
};

}  // namespace

TEST_CASE("partitions side by side within the medium are fine, in any order") {
    CHECK(layout({{500, 500}, {0, 100}, {100, 400}}).empty());
}

TEST_CASE("an extended partition may hold others") {
    CHECK(layout({{100, 900, true}, {200, 100}, {400, 600}}).empty());
}

TEST_CASE("partitions that overlap are refused") {
    CHECK(layout({{0, 200}, {100, 200}}) == word::partitions_overlap);
    CHECK(layout({{0, 200}, {0, 200}}) == word::partitions_overlap);
}

TEST_CASE("partitions that reach beyond the end, or are empty, are refused") {
    constexpr auto kHuge = std::numeric_limits<Bytes>::max();
    CHECK(layout({{900, 101}}) == word::partition_beyond_end);
    CHECK(layout({{kHuge, 10}}) == word::partition_beyond_end);
    CHECK(layout({{10, kHuge}}) == word::partition_beyond_end);
    CHECK(layout({{10, 0}}) == word::partition_beyond_end);
}

TEST_CASE("the kernel must see the same partitions") {
    CHECK(against_kernel({{0, 10}, {20, 30}}, {{20, 30}, {0, 10}}).empty());
    CHECK(against_kernel({{0, 10}}, {}) == word::kernel_differs);
    CHECK(against_kernel({{0, 10}}, {{0, 11}}) == word::kernel_differs);
    CHECK(against_kernel({{0, 10}}, {{0, 10}, {20, 30}}) == word::kernel_differs);
}

TEST_CASE("the kernel's stub of an extended partition is no difference") {
    CHECK(against_kernel({{100, 900, true}, {200, 100}}, {{100, 1024}, {200, 100}}).empty());
    CHECK(against_kernel({{100, 900, true}, {200, 100}}, {{100, 90000}, {200, 100}}) ==
          word::kernel_differs);
}

TEST_CASE("a hybrid MBR may only name partitions of the GPT") {
    std::array<std::byte, 512> sector{};
    sector[446 + 4] = std::byte{0xee};
    sector[446 + 12] = std::byte{0xff};
    const std::vector<Partition> gpt{{2 * kSector, 3 * kSector}};
    CHECK(check_hybrid_mbr(sector, 512, gpt) == nullptr);
    sector[462 + 4] = std::byte{0x07};
    sector[462 + 8] = std::byte{2};
    sector[462 + 12] = std::byte{3};
    CHECK(check_hybrid_mbr(sector, 512, gpt) == nullptr);
    CHECK(text(check_hybrid_mbr(sector, 4096, gpt)) == word::tables_differ);
    sector[462 + 12] = std::byte{4};
    CHECK(text(check_hybrid_mbr(sector, 512, gpt)) == word::tables_differ);
}

TEST_CASE("the kernel's partitions are read from sysfs") {
    FakeDisk disk(256);
    disk.add("sdb1", 1, 2048, 100);
    disk.add("sdb2", 2, 4096, 200);
    const auto found = kernel_partitions(disk.folder());
    REQUIRE(found);
    CHECK(against_kernel({{2048 * kSector, 100 * kSector}, {4096 * kSector, 200 * kSector}}, *found)
              .empty());
}

TEST_CASE("a device on which the kernel looks for no partitions has none to compare") {
    CHECK_FALSE(kernel_partitions(FakeDisk(1).folder()));
    CHECK_FALSE(kernel_partitions("/nonexistent"));
}
