// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/fve_metadata.h"

#include <boost/crc.hpp>
#include <catch2/catch.hpp>
#include <vector>

using namespace vaktpost::examine;

namespace {

// Builds a valid metadata area byte by byte.
class Area {
  public:
    Area() : bytes_(kFveAreaSize) {
        text(0, "-FVE-FS-");
        number(10, 2, 2);
        number(12, kFveEncrypted, 2);
        number(14, kFveEncrypted, 2);
        number(16, 1000, 8);
        number(100, 0x8004, 2);
    }

    Area& number(std::size_t at, std::uint64_t value, int size) {
        for (int i = 0; i < size; ++i)
            bytes_[at + static_cast<std::size_t>(i)] = static_cast<std::byte>(value >> 8 * i);
        return *this;
    }

    // A volume master key under `protection`, with one entry of kind `value` and `inner_size` bytes
    // in it.
    Area& protector(std::uint16_t protection, std::uint16_t value, std::uint16_t inner_size = 16) {
        number(end_, 8U + 28U + inner_size, 2).number(end_ + 2, 2, 2).number(end_ + 4, 8, 2);
        number(end_ + 8 + 26, protection, 2);
        number(end_ + 36, inner_size, 2).number(end_ + 40, value, 2);
        end_ += 36U + inner_size;
        return *this;
    }

    std::vector<std::byte> finish() {
        const std::size_t checked = (end_ + 15) / 16 * 16;
        number(8, checked / 16, 2).number(64, end_ - 64, 4);
        boost::crc_32_type checksum;
        checksum.process_bytes(bytes_.data(), checked);
        number(checked + 4, checksum.checksum(), 4);
        return bytes_;
    }

  private:
    void text(std::size_t at, std::string_view value) {
        std::memcpy(bytes_.data() + at, value.data(), value.size());
    }

    std::vector<std::byte> bytes_;
    std::size_t end_ = 112;
};

}  // namespace

TEST_CASE("a password protector is counted and is no clear key") {
    const auto metadata =
        read_fve_metadata(Area().protector(0x2000, 3).protector(0x0800, 5).finish());
    REQUIRE(metadata);
    CHECK(metadata->protectors == 2);
    CHECK_FALSE(metadata->clear_key);
    CHECK_FALSE(metadata->unknown_protector);
    CHECK(metadata->state == kFveEncrypted);
    CHECK(metadata->encrypted_size == 1000);
    CHECK(metadata->cipher == 0x8004);
}

TEST_CASE("a clear-key protector is found, by its kind and by a bare key within another kind") {
    CHECK(read_fve_metadata(Area().protector(0x2000, 3).protector(0, 5).finish())->clear_key);
    CHECK(read_fve_metadata(Area().protector(0x2000, 1).finish())->clear_key);
}

TEST_CASE("a protector of a kind that we do not know is told") {
    CHECK(read_fve_metadata(Area().protector(0x4000, 5).finish())->unknown_protector);
}

TEST_CASE("metadata with a wrong checksum, version, signature or length is not valid") {
    const auto good = Area().protector(0x2000, 3).finish();
    for (const std::size_t at : {0U, 9U, 10U, 64U, 66U, 112U, 150U}) {
        auto area = good;
        area[at] ^= std::byte{0x40};
        CAPTURE(at);
        CHECK_FALSE(read_fve_metadata(area));
    }
    CHECK_FALSE(read_fve_metadata(Area().protector(0x2000, 3).number(112, 7, 2).finish()));
    CHECK_FALSE(read_fve_metadata(Area().protector(0x2000, 3).number(112, 0xffff, 2).finish()));
    CHECK_FALSE(read_fve_metadata(Area().protector(0x2000, 3).number(148, 200, 2).finish()));
}

TEST_CASE("metadata cut off anywhere is not valid") {
    const auto good = Area().protector(0x2000, 3).finish();
    for (std::size_t size = 0; size < 180; ++size)
        CHECK_FALSE(read_fve_metadata(ByteView(good).first(size)));
}

TEST_CASE("a boot sector gives the three places of the metadata, other kinds give none") {
    std::vector<std::byte> sector(512);
    const auto text = [&sector](std::size_t at, std::string_view value) {
        std::memcpy(sector.data() + at, value.data(), value.size());
    };
    CHECK_FALSE(read_fve_boot_sector(sector));
    text(0, "\xeb\x58\x90-FVE-FS-");
    CHECK_FALSE(read_fve_boot_sector(sector));
    text(160,
         std::string_view("\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01", 16));
    sector[176 + 8] = std::byte{9};
    const auto boot = read_fve_boot_sector(sector);
    REQUIRE(boot);
    CHECK_FALSE(boot->to_go);
    CHECK(boot->metadata[1] == 9);
    CHECK_FALSE(read_fve_boot_sector(ByteView(sector).first(511)));
}
