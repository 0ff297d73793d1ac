// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/convert/mapping.h"

#include <array>

namespace vaktpost::convert {
namespace {

using enum core::EventType;
using enum Gate;
using enum OcsfClass;
using namespace dicom;

constexpr DicomCode no_code{"", ""};
constexpr DicomCode application_start{"110120", "Application Start"};
constexpr DicomCode application_stop{"110121", "Application Stop"};
constexpr DicomCode login{"110122", "Login"};
constexpr DicomCode logout{"110123", "Logout"};
constexpr DicomCode network_configuration{"110128", "Network Configuration"};
constexpr DicomCode security_configuration{"110129", "Security Configuration"};
constexpr DicomCode hardware_configuration{"110130", "Hardware Configuration"};
constexpr DicomCode restricted_function{"110132", "Use of Restricted Function"};
constexpr DicomCode recording_stopped{"110133", "Audit Recording Stopped"};

// Calls, since clang-format would give each pair of braces in the table lines of its own.
constexpr Ocsf as(OcsfClass event_class, std::uint8_t activity, std::string_view name) {
    return {event_class, {activity, name}};
}
constexpr Ecs is(std::string_view kind, std::string_view categories, std::string_view types) {
    return {kind, categories, types};
}
constexpr Atna audited(const DicomCode& event, const DicomCode& type) {
    return {event, type};
}

// What several rows share.
constexpr Atna application = audited(application_activity, no_code);
constexpr Atna user = audited(user_authentication, no_code);
constexpr Atna hardware_alert = audited(security_alert, hardware_configuration);
constexpr Atna restricted_alert = audited(security_alert, restricted_function);
constexpr Atna configuration_alert = audited(security_alert, security_configuration);
constexpr Atna network_alert = audited(security_alert, network_configuration);

constexpr Ocsf connect = as(peripheral_activity, 1, "Connect");
constexpr Ocsf disconnect = as(peripheral_activity, 2, "Disconnect");
constexpr Ocsf enable = as(peripheral_activity, 3, "Enable");
constexpr Ocsf disable = as(peripheral_activity, 4, "Disable");
constexpr Ocsf finding = as(detection_finding, 1, "Create");
constexpr Ocsf logon = as(authentication, 1, "Logon");
constexpr Ocsf logoff = as(authentication, 2, "Logoff");
constexpr Ocsf configured = as(device_config_state_change, 1, "Log");

// The host's own USB and media gate counts as a host's intrusion prevention.
constexpr Ecs let_in = is("event", "host intrusion_detection", "allowed");
constexpr Ecs kept_out = is("event", "host intrusion_detection", "denied");
constexpr Ecs host_info = is("event", "host", "info");
constexpr Ecs host_alert = is("alert", "host", "info");
constexpr Ecs network_finding = is("alert", "host network", "info");
constexpr Ecs process_info = is("event", "process", "info");
constexpr Ecs session_info = is("event", "session", "info");
constexpr Ecs session_alert = is("alert", "session", "info");

// Each row: type; title, category, subject; gate; OCSF; ECS; ATNA.
constexpr std::array rows{
    Row{agent_started, "Agent started", "/Agent", "", none, as(application_lifecycle, 3, "Start"),
        is("event", "process", "start"), audited(application_activity, application_start)},
    Row{agent_armed, "Agent armed", "/Agent", "", none, as(application_lifecycle, 6, "Enable"),
        process_info, application},
    Row{agent_stopping, "Agent stopping", "/Agent", "", none, as(application_lifecycle, 4, "Stop"),
        is("event", "process", "end"), audited(application_activity, application_stop)},
    Row{agent_degraded, "Protection degraded", "/Agent", "source", none,
        as(application_lifecycle, 99, "Degrade"), is("alert", "process", "change"),
        configuration_alert},
    Row{agent_recovered, "Protection recovered", "/Agent", "source", none,
        as(application_lifecycle, 99, "Recover"), is("event", "process", "change"),
        configuration_alert},
    Row{heartbeat, "Heartbeat", "/Agent", "", none, as(application_lifecycle, 99, "Heartbeat"),
        is("state", "host", "info"), application},
    Row{card_inserted, "Card inserted", "/Card", "reader", none, connect, host_info,
        hardware_alert},
    Row{card_removed, "Card removed", "/Card", "reader", none, disconnect, host_info,
        hardware_alert},
    Row{card_presence_lost, "Card's presence lost", "/Card", "reader", none, disconnect, host_alert,
        hardware_alert},
    Row{card_other, "Another person's card", "/Card", "reader", none, finding,
        is("alert", "authentication", "info"), restricted_alert},
    Row{card_forgotten, "Card forgotten", "/Card", "reader", none, finding,
        is("alert", "authentication", "info"), restricted_alert},
    Row{session_opened, "Session opened", "/Session", "", none, logon,
        is("event", "authentication session", "start"), audited(user_authentication, login)},
    Row{session_closed, "Session closed", "/Session", "", none, logoff,
        is("event", "authentication session", "end"), audited(user_authentication, logout)},
    Row{session_not_approved, "Account not approved", "/Session", "account", none, finding,
        is("alert", "authentication session", "info"), restricted_alert},
    Row{session_lock_check, "Lock checked", "/Session", "", none,
        as(device_config_state_change, 2, "Collect"), session_info, configuration_alert},
    Row{session_no_way_back, "Session could not be unlocked", "/Session", "", none, finding,
        session_alert, configuration_alert},
    Row{session_lock_requested, "Lock requested", "/Session", "", none,
        as(authentication, 99, "Lock request"), session_info, user},
    Row{session_locked, "Session locked", "/Session", "", none, as(authentication, 99, "Lock"),
        session_info, user},
    Row{session_lock_unconfirmed, "Lock unconfirmed", "/Session", "", none, finding, session_alert,
        configuration_alert},
    Row{session_lock_suppressed, "Lock suppressed", "/Session", "", none,
        as(authentication, 99, "Lock suppression"), session_info, configuration_alert},
    Row{session_unlocked, "Session unlocked", "/Session", "", none,
        as(authentication, 99, "Unlock"), session_info, user},
    Row{session_hold, "Screen held open", "/Session", "", none, as(authentication, 99, "Hold"),
        session_info, configuration_alert},
    Row{session_left_behind, "Session left behind", "/Session", "account", none,
        as(authentication, 99, "Handover"), session_info, user},
    Row{session_signed_out, "Account signed out", "/Session", "", none,
        as(authentication, 99, "Sign-out"), session_info, user},
    Row{session_ended, "Session ended", "/Session", "", none, logoff,
        is("event", "authentication session", "end"), audited(user_authentication, logout)},
    // OCSF 1.9 will have a class for these two, Device Power State Activity.
    Row{host_sleeping, "Machine goes to sleep", "/Host", "", none, as(base_event, 99, "Sleep"),
        is("event", "host", "change"), application},
    Row{host_resumed, "Machine awake again", "/Host", "", none, as(base_event, 99, "Wake"),
        is("event", "host", "change"), application},
    Row{usb_allowed, "USB device allowed", "/USB", "device", allows, enable, let_in,
        hardware_alert},
    Row{usb_blocked, "USB device blocked", "/USB", "device", blocks, disable, kept_out,
        hardware_alert},
    Row{usb_removed, "USB device removed", "/USB", "device", none, disconnect, host_info,
        hardware_alert},
    Row{exception_granted, "Exception granted", "/Exception", "device", none, configured,
        is("event", "configuration", "creation"), configuration_alert},
    Row{exception_used, "Exception used", "/Exception", "device", allows, enable, let_in,
        restricted_alert},
    Row{exception_expiring, "Exception ends soon", "/Exception", "device", none, configured,
        is("event", "configuration", "info"), configuration_alert},
    Row{exception_expired, "Exception ended", "/Exception", "device", none, configured,
        is("event", "configuration", "deletion"), configuration_alert},
    Row{media_admitted, "Medium admitted", "/Media", "medium", allows, enable, let_in,
        hardware_alert},
    Row{media_blocked, "Medium blocked", "/Media", "medium", blocks, disable, kept_out,
        hardware_alert},
    Row{media_read_only, "Medium read-only", "/Media", "medium", allows, enable, let_in,
        hardware_alert},
    Row{media_changed, "Admitted medium changed", "/Media", "medium", none, finding, host_alert,
        hardware_alert},
    Row{media_bypass, "Mount past the gate", "/Media", "medium", none, finding,
        is("alert", "host intrusion_detection", "info"), restricted_alert},
    Row{media_enrolled, "Enrolled medium first seen", "/Media", "medium", none,
        as(peripheral_activity, 99, "Enrol"), host_info, hardware_alert},
    Row{media_retired, "Retired medium plugged in", "/Media", "medium", none, finding, host_alert,
        hardware_alert},
    Row{host_disk_plain, "System disk not encrypted", "/Host", "use device", none, finding,
        host_alert, configuration_alert},
    Row{network_second_uplink, "Second network", "/Network", "interface beside", none, finding,
        network_finding, network_alert},
    Row{network_sharing, "Network shared", "/Network", "how family interface", none, finding,
        network_finding, network_alert},
    Row{policy_applied, "Policy applied", "/Policy", "source", none, configured,
        is("event", "configuration", "change"), configuration_alert},
    Row{policy_rejected, "Policy rejected", "/Policy", "", none, configured,
        is("event", "configuration", "info"), configuration_alert},
    Row{log_gap, "Records lost", "/Log", "", none, as(event_log_activity, 99, "Gap"), host_alert,
        audited(security_alert, recording_stopped)},
    Row{log_epoch, "Log began anew", "/Log", "", none, as(event_log_activity, 99, "Epoch"),
        host_alert, audited(security_alert, recording_stopped)},
    Row{log_full, "Log nearly full", "/Log", "", none, as(event_log_activity, 99, "Full"),
        host_alert, configuration_alert},
    Row{log_pruned, "Records removed by rule", "/Log", "what", none,
        as(event_log_activity, 2, "Delete"), host_info, configuration_alert},
    Row{log_routine, "Routine counted", "/Log", "", none, as(event_log_activity, 99, "Count"),
        host_info, application},
    Row{clock_changed, "Clock set", "/Host", "", none, configured,
        is("event", "configuration", "change"), configuration_alert},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (static_cast<std::size_t>(rows[i].type) != i) return false;
    return true;
}
static_assert(in_order(), "the table has a row for each EventType, in its order");

}  // namespace

const Row* row_of(core::EventType type) {
    const auto index = static_cast<std::size_t>(type);
    return index < rows.size() ? &rows[index] : nullptr;
}

SeverityWords words_of(core::Severity severity) {
    switch (severity) {
        case core::Severity::info:
            return {1, "Informational", 1};
        case core::Severity::notice:
            return {2, "Low", 3};
        case core::Severity::warning:
            return {3, "Medium", 6};
        case core::Severity::urgent:
            break;
    }
    return {4, "High", 8};
}

}  // namespace vaktpost::convert
