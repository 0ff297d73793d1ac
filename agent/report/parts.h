// SPDX-License-Identifier: GPL-3.0-or-later
// The page's parts, each under the names that page/report.html has for it.
#pragma once

#include "agent/report/fill.h"
#include "agent/report/page.h"

namespace vaktpost::report {

void add_hosts(const Content& content, Parts& parts);
void add_incidents(const Content& content, Parts& parts);
void add_days(const Content& content, Parts& parts);

// "1 host", "2 hosts"
std::string counted(std::uint64_t count, std::string_view one, std::string_view several);

// "<td>…</td>"
std::string cell(const std::string& html);
std::string number_cell(std::uint64_t count);

// Hostile labels as one text; a dash where there is none.
std::string shown_labels(const std::vector<std::string>& labels);

}  // namespace vaktpost::report
