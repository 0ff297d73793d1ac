// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/performer.h"

namespace vaktpost {
namespace {

struct Perform {
    Performer& to;

    void operator()(const core::LockSession& action) {
        if (action.step == core::LockStep::own_locker)
            to.programs.start_locker(action.session);
        else
            to.sessions.lock(action.session, action.step);
    }
    void operator()(const core::EndSession& action) { to.sessions.end(action.session); }
    void operator()(const core::StandDown& action) { to.programs.stand_down(action.session); }
    void operator()(const core::OfferLogin& action) { to.sessions.offer_login(action.session); }
    void operator()(const core::SignOut& action) { to.programs.sign_out(action); }
    void operator()(const core::AllowSleep&) { to.sessions.allow_sleep(); }
    void operator()(const core::Reconcile&) { to.reconcile(); }
    void operator()(const core::TellTime&) { to.tell_time(); }
    void operator()(const core::Notify& action) { to.notifier.notify(action); }
    void operator()(const core::WatchActivity& action) { to.activity.watch(action.on); }
    void operator()(const core::SetDeadline& action) { to.deadlines.set(action.id, action.at); }
    void operator()(const core::CancelDeadline& action) { to.deadlines.cancel(action.id); }
    void operator()(const core::SwitchUsb& action) { to.usb.perform(action); }
    void operator()(const core::ProveKeyboard& action) { to.keyboards.prove(action); }
    void operator()(const core::EndProof& action) { to.keyboards.end(action.device); }
    void operator()(const core::RestoreUsbDefaults&) { to.usb.restore_defaults(); }
    void operator()(const core::ExamineMedium& action) { to.media.examine(action.medium); }
    void operator()(const core::AdmitMedium& action) {
        to.media.admit(action.medium, action.admission);
    }
    void operator()(const core::CloseMedium& action) { to.media.close(action.medium); }
    void operator()(const core::RememberMedium& action) { to.known_media.remember(action); }
    void operator()(const core::JudgeMount& action) { to.mounts.judge(action.mount); }
    void operator()(const core::AppendEvent&) {}
};

}  // namespace

void Performer::perform(const core::Actions& actions) {
    for (const auto& action : actions) std::visit(Perform{*this}, action);
    for (const auto& action : actions)
        if (const auto* append = std::get_if<core::AppendEvent>(&action))
            log.append(append->record);
}

}  // namespace vaktpost
