// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "agent/core/result.h"

namespace vaktpost::config {

// Whose word a file is taken for.
enum class Trust {
    anyone,  // a file that somebody asks us to look at
    root,    // a file that the agent obeys: while we are root, nobody else may be able to write it
};

// The bytes of a regular file of at most 4 MiB. Does not wait, whatever the path names (a FIFO, a
// device). With Trust::root a symbolic link is not followed. Error.code is ENOENT where there is no
// such file.
core::Result<std::string> read_file(const std::string& path, Trust trust);

// Why a file with this mode and owner must not be obeyed by a process of user `running_as`;
// nothing: it may.
std::optional<std::string> distrust(mode_t mode, uid_t owner, uid_t running_as);

}  // namespace vaktpost::config
