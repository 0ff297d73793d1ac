// SPDX-License-Identifier: GPL-3.0-or-later
// One event in the words of each format: one line without its end. README.md says what goes where.
#pragma once

#include <string>

#include "agent/convert/event.h"

namespace vaktpost::convert {

// Open Cybersecurity Schema Framework 1.8.0, JSON.
std::string ocsf_line(const Event& event);
// Elastic Common Schema 9.4, JSON.
std::string ecs_line(const Event& event);
// ArcSight's Common Event Format, version 0.
std::string cef_line(const Event& event);
// IHE ATNA: a DICOM audit message (PS3.15 A.5), XML.
std::string atna_line(const Event& event);

// The same in an RFC 5424 message, as IHE has it sent.
std::string atna_syslog_line(const Event& event);

}  // namespace vaktpost::convert
