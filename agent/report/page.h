// SPDX-License-Identifier: GPL-3.0-or-later
// One page for the security reviewer: what is complete, and what happened that somebody should look
// at. Needs no network and no other file.
#pragma once

#include <string>
#include <vector>

#include "agent/report/gathering.h"
#include "agent/verify/verify.h"

namespace vaktpost::report {

struct Content {
    const verify::Report& verdicts;
    const Gathering& gathered;
    const std::vector<std::string>& sources;  // as given
    events::WallTime made;
};

std::string page_of(const Content& content);

}  // namespace vaktpost::report
