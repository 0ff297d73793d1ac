// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/record_class.h"

namespace vaktpost::events {

RecordClass class_of(const core::Record& record, bool routine_stays) {
    const core::EventSpec& spec = core::spec_of(record.type);
    if (spec.routine) return routine_stays ? RecordClass::routine_here : RecordClass::routine;
    const bool of_the_log = spec.name.starts_with("log.");
    const bool weighs = record.severity.value_or(spec.severity) > core::Severity::info;
    return weighs || of_the_log ? RecordClass::reserved : RecordClass::ordinary;
}

}  // namespace vaktpost::events
