// SPDX-License-Identifier: GPL-3.0-or-later
// What each type of record is in the words of the formats. A new type of the catalogue takes one
// row in mapping.cpp; a test fails until it is there.
#pragma once

#include <string_view>

#include "agent/core/catalogue.h"

namespace vaktpost::convert {

// What the record says a control of ours did to a device or medium.
enum class Gate : std::uint8_t { none, allows, blocks };

// Classes of OCSF 1.8.0, by their uid.
enum class OcsfClass : std::uint16_t {
    base_event = 0,
    event_log_activity = 1008,
    peripheral_activity = 1010,
    detection_finding = 2004,
    authentication = 3002,
    device_config_state_change = 5019,
    application_lifecycle = 6002,
};

struct OcsfActivity {
    std::uint8_t id;  // 99: the class has none that fits, the name is ours
    std::string_view name;
};

struct Ocsf {
    OcsfClass event_class;
    OcsfActivity activity;
};

// ECS's categorisation fields; words separated by blanks where there are several.
struct Ecs {
    std::string_view kind;
    std::string_view categories;
    std::string_view types;
};

// A code of DICOM's own coding scheme, DCM (PS3.16).
struct DicomCode {
    std::string_view code;  // empty: DICOM has none that fits
    std::string_view meaning;
};

// The action code is E (execute) for every event that PS3.15 A.5.3 knows of these.
struct Atna {
    DicomCode event;
    DicomCode type;
};

struct Row {
    core::EventType type;
    std::string_view title;     // CEF's name, a finding's title
    std::string_view category;  // CEF's deviceEventCategory
    std::string_view subject;   // the data fields that name what it is about, separated by blanks
    Gate gate;
    Ocsf ocsf;
    Ecs ecs;
    Atna atna;
};

// Null where the table has no row for it.
const Row* row_of(core::EventType type);

// What the severities are called elsewhere.
struct SeverityWords {
    int ocsf;
    std::string_view ocsf_name;
    int cef;  // 0 to 10
};
SeverityWords words_of(core::Severity severity);

namespace dicom {
inline constexpr DicomCode application_activity{"110100", "Application Activity"};
inline constexpr DicomCode security_alert{"110113", "Security Alert"};
inline constexpr DicomCode user_authentication{"110114", "User Authentication"};
}  // namespace dicom

}  // namespace vaktpost::convert
