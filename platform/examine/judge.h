// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include "agent/core/medium.h"
#include "platform/examine/medium.h"

namespace vaktpost::examine {

// Judges every part of a medium. Reads a bounded amount whatever the headers claim; does not throw
// for anything that the medium holds, except std::bad_alloc under the memory limit.
// prepare_libcryptsetup() must have run.
core::Examination judge(const Medium& medium);

// error beats plain beats unknown beats encrypted; no parts is unknown.
core::Verdict overall_verdict(std::span<const core::MediumPart> parts);

}  // namespace vaktpost::examine
