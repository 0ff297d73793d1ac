// SPDX-License-Identifier: GPL-3.0-or-later
// The closed vocabulary of the examiner. Nothing else is ever printed as evidence or reason: no
// label, no UUID, no text of the medium's own.
#pragma once

namespace vaktpost::examine::word {

// encrypted
inline constexpr auto luks1_header = "luks1_header";
inline constexpr auto luks2_header = "luks2_header";
inline constexpr auto bitlocker_metadata = "bitlocker_metadata";
inline constexpr auto filevault_metadata = "filevault_metadata";

// plain
inline constexpr auto file_system = "file_system";
inline constexpr auto swap_or_journal = "swap_or_journal";
inline constexpr auto hidden_file_system =
    "hidden_file_system";                                 // beside a header that claims encryption
inline constexpr auto cipher_null = "cipher_null";        // a cipher that does nothing
inline constexpr auto linear_segment = "linear_segment";  // LUKS2 data that no cipher covers
inline constexpr auto clear_key = "clear_key";            // the key lies on the medium, unprotected
inline constexpr auto conversion_unfinished = "conversion_unfinished";

// unknown
inline constexpr auto no_signature = "no_signature";
inline constexpr auto conflict = "conflict";  // signatures that contradict each other
inline constexpr auto raid_member = "raid_member";
inline constexpr auto nested_table = "nested_table";
inline constexpr auto header_invalid = "header_invalid";
inline constexpr auto cipher_unknown = "cipher_unknown";
inline constexpr auto requirement_unknown =
    "requirement_unknown";  // hardware encryption, or a newer LUKS2
inline constexpr auto protector_unknown = "protector_unknown";
inline constexpr auto data_not_covered =
    "data_not_covered";  // the header speaks of less than the part
inline constexpr auto empty = "empty";
inline constexpr auto no_partitions = "no_partitions";
inline constexpr auto too_many_partitions = "too_many_partitions";
inline constexpr auto partitions_overlap = "partitions_overlap";
inline constexpr auto partition_beyond_end = "partition_beyond_end";
inline constexpr auto tables_differ = "tables_differ";  // GPT and a hybrid MBR
inline constexpr auto kernel_differs =
    "kernel_differs";  // the kernel sees other partitions than we do

// error
inline constexpr auto read_failed = "read_failed";
inline constexpr auto no_such_path = "no_such_path";
inline constexpr auto access_denied = "access_denied";
inline constexpr auto cannot_open = "cannot_open";
inline constexpr auto not_a_medium = "not_a_medium";  // neither block device nor regular file
inline constexpr auto no_sandbox = "no_sandbox";
inline constexpr auto deadline = "deadline";
inline constexpr auto examiner_failed = "examiner_failed";

}  // namespace vaktpost::examine::word
