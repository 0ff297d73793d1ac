// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "platform/examine/finding.h"
#include "platform/examine/header_copy.h"

namespace vaktpost::examine {

// Judges a LUKS2 header's JSON: every segment and every keyslot must have a real cipher and the
// data must reach from the header to the end of the part. Linear segments are data that an
// unfinished encryption or decryption left plain. Source: LUKS2 On-Disk Format Specification 1.1.1,
// chapter 3.
Finding judge_luks2_metadata(std::string_view json, Bytes part_size);

// Data behind a header starts within the first 256 MiB (the largest LUKS2 header has 136), else the
// part hides more than a header in front of it; 0 is a header that belongs to some other disk.
bool data_follows_header(Bytes data_offset, Bytes part_size);

}  // namespace vaktpost::examine
