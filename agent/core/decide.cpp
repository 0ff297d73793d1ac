// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/decide.h"

#include "agent/core/cards.h"
#include "agent/core/context.h"
#include "agent/core/exceptions.h"
#include "agent/core/health.h"
#include "agent/core/hold.h"
#include "agent/core/host_rules.h"
#include "agent/core/idle.h"
#include "agent/core/keyboards.h"
#include "agent/core/known_media.h"
#include "agent/core/lock_check.h"
#include "agent/core/locking.h"
#include "agent/core/log_rules.h"
#include "agent/core/media_rules.h"
#include "agent/core/mount_rules.h"
#include "agent/core/network_rules.h"
#include "agent/core/presence.h"
#include "agent/core/sessions.h"
#include "agent/core/sleep.h"
#include "agent/core/surroundings.h"
#include "agent/core/usb_rules.h"

namespace vaktpost::core {
namespace {

void on_deadline(Context& context, const DeadlineReached& event) {
    const auto& subject = event.id.subject;
    switch (event.id.kind) {
        case DeadlineKind::card_grace:
            return on_card_grace_deadline(context, {subject});
        case DeadlineKind::presence_lease:
            return on_presence_lease_deadline(context, {subject});
        case DeadlineKind::card_debounce:
            return on_card_debounce_deadline(context, {subject});
        case DeadlineKind::idle:
            return on_idle_deadline(context, {subject});
        case DeadlineKind::idle_lock:
            return on_idle_lock_deadline(context, {subject});
        case DeadlineKind::lock_confirm:
            return on_lock_confirm_deadline(context, {subject});
        case DeadlineKind::hold:
            return on_hold_deadline(context, {subject});
        case DeadlineKind::way_back:
            return on_way_back_deadline(context, {subject});
        case DeadlineKind::left_behind:
            return on_left_behind_deadline(context, {subject});
        case DeadlineKind::mount_judge:
            return on_mount_judge_deadline(context, {subject});
        case DeadlineKind::sleep:
            return on_sleep_deadline(context);
        case DeadlineKind::network:
            return on_network_deadline(context, subject);
        case DeadlineKind::usb_time:
            return on_time_deadline(context);
        case DeadlineKind::heartbeat:
            return on_heartbeat_deadline(context);
        case DeadlineKind::routine:
            return on_routine_deadline(context);
    }
}

// Which event goes to which group of rules.
struct Dispatch {
    Context& context;

    void operator()(const AgentStarted& event) { on_agent_started(context, event); }
    void operator()(const SessionRemembered& event) { on_session_remembered(context, event); }
    void operator()(const AgentStopping& event) { on_agent_stopping(context, event); }
    void operator()(const ReaderArrived& event) { on_reader_arrived(context, event); }
    void operator()(const ReaderLeft& event) { on_reader_left(context, event); }
    void operator()(const CardInserted& event) { on_card_inserted(context, event); }
    void operator()(const CardIdentified& event) { on_card_identified(context, event); }
    void operator()(const CardRemoved& event) { on_card_removed(context, event); }
    void operator()(const PresenceLost& event) { on_presence_lost(context, event); }
    void operator()(const ActivitySeen& event) { on_activity_seen(context, event); }
    void operator()(const InputChanged& event) { on_input_changed(context, event); }
    void operator()(const DeadlineReached& event) { on_deadline(context, event); }
    void operator()(const SessionOpened& event) { on_session_opened(context, event); }
    void operator()(const SessionChanged& event) { on_session_changed(context, event); }
    void operator()(const SessionClosed& event) { on_session_closed(context, event); }
    void operator()(const LockChecked& event) { on_lock_checked(context, event); }
    void operator()(const SessionLocked& event) { on_session_locked(context, event); }
    void operator()(const SessionUnlocked& event) { on_session_unlocked(context, event); }
    void operator()(const WitnessLost& event) { on_witness_lost(context, event); }
    void operator()(const UnlockAsked& event) { on_unlock_asked(context, event); }
    void operator()(const NextPersonAsked& event) { on_next_person_asked(context, event); }
    void operator()(const LockerFailed& event) { on_locker_failed(context, event); }
    void operator()(const LockSignalled& event) { on_lock_signalled(context, event); }
    void operator()(const SignedOut& event) { on_signed_out(context, event); }
    void operator()(const HoldRequested& event) { on_hold_requested(context, event); }
    void operator()(const SleepComing& event) { on_sleep_coming(context, event); }
    void operator()(const SleepOver& event) { on_sleep_over(context, event); }
    void operator()(const UsbDeviceArrived& event) { on_usb_device_arrived(context, event); }
    void operator()(const UsbDeviceLeft& event) { on_usb_device_left(context, event); }
    void operator()(const UsbSwitched& event) { on_usb_switched(context, event); }
    void operator()(const UsbInterfaceDriven& event) { on_usb_interface_driven(context, event); }
    void operator()(const ProofReady& event) { on_proof_ready(context, event); }
    void operator()(const ProofEnded& event) { on_proof_ended(context, event); }
    void operator()(const InputsRemembered& event) { on_inputs_remembered(context, event); }
    void operator()(const ExceptionRequested& event) { on_exception_requested(context, event); }
    void operator()(const ExceptionRemembered& event) { on_exception_remembered(context, event); }
    void operator()(const TimeTold& event) { on_time_told(context, event); }
    void operator()(const MediumArrived& event) { on_medium_arrived(context, event); }
    void operator()(const MediumChanged& event) { on_medium_changed(context, event); }
    void operator()(const MediumLeft& event) { on_medium_left(context, event); }
    void operator()(const MediumExamined& event) { on_medium_examined(context, event); }
    void operator()(const MediumRemembered& event) { on_medium_remembered(context, event); }
    void operator()(const HostDisksSeen& event) { on_host_disks_seen(context, event); }
    void operator()(const NetworkSeen& event) { on_network_seen(context, event); }
    void operator()(const MountSeen& event) { on_mount_seen(context, event); }
    void operator()(const MountGone& event) { on_mount_gone(context, event); }
    void operator()(const MountJudged& event) { on_mount_judged(context, event); }
    void operator()(const MountRefused& event) { on_mount_refused(context, event); }
    void operator()(const SourceLost& event) { on_source_lost(context, event); }
    void operator()(const SourceBack& event) { on_source_back(context, event); }
    void operator()(const LogGap& event) { on_log_gap(context, event); }
    void operator()(const EpochBegun& event) { on_epoch_begun(context, event); }
    void operator()(const RecordsRemoved& event) { on_records_removed(context, event); }
    void operator()(const LogFilling& event) { on_log_filling(context, event); }
    void operator()(const PolicyApplied& event) { on_policy_applied(context, event); }
    void operator()(const PolicyRejected& event) { on_policy_rejected(context, event); }
};

}  // namespace

Actions decide(State& state, const Policy& policy, const Event& event, Instant now) {
    Context context{state, policy, now, {}};
    std::visit(Dispatch{context}, event);
    follow_surroundings(context);
    count_routine(context);
    return std::move(context.actions);
}

}  // namespace vaktpost::core
