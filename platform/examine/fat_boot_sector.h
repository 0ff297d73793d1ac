// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platform/examine/bytes.h"

namespace vaktpost::examine {

// Would a FAT driver mount this? Asks only what Linux asks (fs/fat/inode.c, fat_read_bpb), not what
// libblkid wants to see besides: the fields of a FAT boot sector fit behind the end of the cipher's
// name in a valid LUKS1 header, and beside BitLocker's signature.
bool is_fat_boot_sector(ByteView sector);

}  // namespace vaktpost::examine
