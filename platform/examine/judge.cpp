// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/judge.h"

#include <algorithm>
#include <array>

#include "platform/examine/bitlocker.h"
#include "platform/examine/filevault.h"
#include "platform/examine/finding.h"
#include "platform/examine/luks.h"
#include "platform/examine/partition_layout.h"
#include "platform/examine/signatures.h"
#include "platform/examine/words.h"

namespace vaktpost::examine {
namespace {

using core::Examination;
using core::MediumPart;

// Keeps the report below 64 KiB; as many as GPT's usual table holds.
constexpr std::size_t kMostPartitions = 128;

MediumPart make_part(const Partition& where, std::string type, const Finding& finding) {
    return {where.offset, where.size, std::move(type), finding.verdict, finding.evidence};
}

MediumPart unreadable_part(const Partition& where) {
    return make_part(where, "none", {Verdict::error, word::read_failed});
}

bool is_file_system(const Superblock& superblock) {
    return superblock.usage == Usage::file_system;
}

// Several signatures at once. If one of them is a file system, somebody can mount it.
MediumPart judge_conflict(const Partition& where, const Signatures& found, const char* evidence) {
    const auto& all = found.superblocks;
    const auto file_system = std::find_if(all.begin(), all.end(), is_file_system);
    if (file_system != all.end())
        return make_part(where, file_system->type, {Verdict::plain, evidence});
    auto type = !all.empty() ? all.front().type : found.tables.front();
    return make_part(where, std::move(type), {Verdict::unknown, evidence});
}

Finding judge_superblock(const Medium& medium, const Partition& where,
                         const Superblock& superblock) {
    switch (superblock.usage) {
        case Usage::file_system:
            return {Verdict::plain, word::file_system};
        case Usage::other:
            return {Verdict::plain, word::swap_or_journal};
        case Usage::raid:
            return {Verdict::unknown, word::raid_member};
        case Usage::crypto:
            break;
    }
    if (superblock.type == "crypto_LUKS") return judge_luks(medium, where);
    if (superblock.type == "BitLocker") return judge_bitlocker(medium, where);
    if (superblock.type == "cs_fvault2") return judge_filevault(medium, where);
    return {Verdict::unknown, word::requirement_unknown};  // dm-verity, dm-integrity: no encryption
}

MediumPart judge_content(const Medium& medium, const Partition& where, const Signatures& found) {
    if (found.superblocks.size() > 1) return judge_conflict(where, found, word::conflict);
    if (found.superblocks.size() == 1) {
        const auto& only = found.superblocks.front();
        return make_part(where, only.type, judge_superblock(medium, where, only));
    }
    if (is_core_storage(medium, where))
        return make_part(where, "cs_fvault2", judge_filevault(medium, where));
    return make_part(where, "none", {Verdict::unknown, word::no_signature});
}

MediumPart judge_partition(const Medium& medium, const Partition& where) {
    const auto found = find_signatures(medium, where.offset, where.size);
    if (!found) return unreadable_part(where);
    if (!found->tables.empty()) return judge_conflict(where, *found, word::nested_table);
    return judge_content(medium, where, *found);
}

// libblkid reports a protective MBR beside the GPT that it protects.
bool tables_agree(const std::vector<std::string>& tables) {
    if (tables.size() == 2) return tables[0] == "gpt" && tables[1] == "PMBR";
    return tables.size() == 1 && tables[0] != "PMBR";
}

const char* check_table(const Medium& medium, const std::string& table,
                        const std::vector<Partition>& partitions) {
    if (partitions.empty()) return word::no_partitions;
    if (const auto* problem = check_layout(partitions, medium.size)) return problem;
    if (medium.kernel_partitions) {
        const auto* problem = check_against_kernel(partitions, *medium.kernel_partitions);
        if (problem != nullptr) return problem;
    }
    if (table != "gpt") return nullptr;
    std::array<std::byte, 512> boot_sector;
    if (!medium.read(0, boot_sector)) return word::read_failed;
    return check_hybrid_mbr(boot_sector, medium.sector_size, partitions);
}

Examination conclude(std::vector<MediumPart> parts, const char* problem) {
    Examination result{overall_verdict(parts), std::move(parts), {}};
    if (problem != nullptr && gravity(result.verdict) <= gravity(Verdict::unknown)) {
        result.verdict = Verdict::unknown;
        result.reason = problem;
        return result;
    }
    const auto decisive =
        std::find_if(result.parts.begin(), result.parts.end(),
                     [&result](const MediumPart& each) { return each.verdict == result.verdict; });
    if (decisive != result.parts.end()) result.reason = decisive->evidence;
    return result;
}

// Parts outside of the medium are not read; the problem that check_layout() found stands for them.
bool lies_within(const Partition& part, Bytes medium_size) {
    return part.size != 0 && part.offset <= medium_size && part.size <= medium_size - part.offset;
}

Examination judge_partitioned(const Medium& medium, const std::string& table) {
    const auto partitions = list_partitions(medium);
    if (!partitions) return conclude({unreadable_part({0, medium.size})}, nullptr);
    if (partitions->size() > kMostPartitions) return conclude({}, word::too_many_partitions);
    std::vector<MediumPart> parts;
    for (const auto& each : *partitions)
        if (!each.extended && lies_within(each, medium.size))
            parts.push_back(judge_partition(medium, each));
    return conclude(std::move(parts), check_table(medium, table, *partitions));
}

Examination judge_unpartitioned(const Medium& medium, const Signatures& found) {
    const bool kernel_differs = medium.kernel_partitions && !medium.kernel_partitions->empty();
    return conclude({judge_content(medium, {0, medium.size}, found)},
                    kernel_differs ? word::kernel_differs : nullptr);
}

}  // namespace

core::Verdict overall_verdict(std::span<const MediumPart> parts) {
    if (parts.empty()) return Verdict::unknown;
    const auto gravest =
        std::max_element(parts.begin(), parts.end(), [](const auto& left, const auto& right) {
            return gravity(left.verdict) < gravity(right.verdict);
        });
    return gravest->verdict;
}

Examination judge(const Medium& medium) {
    if (medium.size == 0) return conclude({}, word::empty);
    const Partition whole{0, medium.size};
    const auto found = find_signatures(medium, 0, medium.size);
    if (!found) return conclude({unreadable_part(whole)}, nullptr);
    if (found->tables.empty()) return judge_unpartitioned(medium, *found);
    if (!found->superblocks.empty() || !tables_agree(found->tables))
        return conclude({judge_conflict(whole, *found, word::conflict)}, nullptr);
    return judge_partitioned(medium, found->tables.front());
}

}  // namespace vaktpost::examine
