// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/signatures.h"

#include <blkid/blkid.h>

#include <cerrno>
#include <limits>
#include <memory>
#include <string_view>

#include "platform/examine/words.h"

namespace vaktpost::examine {
namespace {

// libblkid has some ninety probers and each reports once; a loop beyond that is its defect, not the
// medium's content.
constexpr int kMaxResults = 256;
constexpr Bytes kBlkidSector = 512;

struct FreeProbe {
    void operator()(blkid_probe probe) const { blkid_free_probe(probe); }
};
using Probe = std::unique_ptr<std::remove_pointer_t<blkid_probe>, FreeProbe>;

core::Error probe_error() {
    return {errno, "probe", word::read_failed};
}

// libblkid's own "is this readable" ioctls happen in here, on the one descriptor.
Probe new_probe(const Medium& medium, Bytes offset, Bytes size) {
    Probe probe(blkid_new_probe());
    if (!probe || offset > std::numeric_limits<blkid_loff_t>::max() ||
        size > std::numeric_limits<blkid_loff_t>::max() ||
        blkid_probe_set_device(probe.get(), medium.fd.get(), static_cast<blkid_loff_t>(offset),
                               static_cast<blkid_loff_t>(size)) != 0)
        return nullptr;
    return probe;
}

std::string value_of(blkid_probe probe, const char* name) {
    const char* text = nullptr;
    std::size_t length = 0;
    if (blkid_probe_lookup_value(probe, name, &text, &length) != 0) return {};
    return text;
}

Usage usage_of(std::string_view text) {
    if (text == "crypto") return Usage::crypto;
    if (text == "filesystem") return Usage::file_system;
    if (text == "raid") return Usage::raid;
    return Usage::other;
}

}  // namespace

core::Result<Signatures> find_signatures(const Medium& medium, Bytes offset, Bytes size) {
    const auto probe = new_probe(medium, offset, size);
    if (!probe) return probe_error();
    blkid_probe_enable_superblocks(probe.get(), 1);
    // A file system with a wrong checksum is still one that some system may mount or repair.
    blkid_probe_set_superblocks_flags(
        probe.get(), BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE | BLKID_SUBLKS_BADCSUM);
    blkid_probe_enable_partitions(probe.get(), 1);

    Signatures found;
    for (int i = 0; i < kMaxResults; ++i) {
        const int result = blkid_do_probe(probe.get());
        if (result < 0) return probe_error();
        if (result == 1) return found;
        if (auto type = value_of(probe.get(), "TYPE"); !type.empty())
            found.superblocks.push_back(
                {std::move(type), usage_of(value_of(probe.get(), "USAGE"))});
        if (auto table = value_of(probe.get(), "PTTYPE"); !table.empty())
            found.tables.push_back(std::move(table));
    }
    return core::Error{0, "probe", word::examiner_failed};
}

std::string find_uuid(const Medium& medium, Bytes offset, Bytes size) {
    const auto probe = new_probe(medium, offset, size);
    if (!probe) return {};
    blkid_probe_enable_superblocks(probe.get(), 1);
    blkid_probe_set_superblocks_flags(probe.get(), BLKID_SUBLKS_UUID);
    return blkid_do_safeprobe(probe.get()) == 0 ? value_of(probe.get(), "UUID") : std::string();
}

core::Result<std::vector<Partition>> list_partitions(const Medium& medium) {
    const auto probe = new_probe(medium, 0, medium.size);
    if (!probe) return probe_error();
    errno = 0;
    blkid_partlist list = blkid_probe_get_partitions(probe.get());
    if (list == nullptr) return probe_error();

    std::vector<Partition> partitions;
    const int count = blkid_partlist_numof_partitions(list);
    for (int i = 0; i < count; ++i) {
        blkid_partition each = blkid_partlist_get_partition(list, i);
        const auto start = static_cast<Bytes>(blkid_partition_get_start(each));
        const auto size = static_cast<Bytes>(blkid_partition_get_size(each));
        constexpr auto kMost = std::numeric_limits<Bytes>::max() / kBlkidSector;
        // Absurd numbers stay absurd instead of wrapping into plausible ones; check_layout() finds
        // them.
        partitions.push_back(
            {start > kMost ? std::numeric_limits<Bytes>::max() : start * kBlkidSector,
             size > kMost ? std::numeric_limits<Bytes>::max() : size * kBlkidSector,
             blkid_partition_is_extended(each) != 0});
    }
    return partitions;
}

}  // namespace vaktpost::examine
