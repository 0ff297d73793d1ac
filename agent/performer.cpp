// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/performer.h"

namespace vaktpost {
namespace {

struct Perform {
    Performer& to;

    void operator()(const core::LockSession& action) { to.sessions.lock(action.session); }
    void operator()(const core::Notify& action) { to.notifier.notify(action); }
    void operator()(const core::WatchActivity& action) { to.activity.watch(action.on); }
    void operator()(const core::SetDeadline& action) { to.deadlines.set(action.id, action.at); }
    void operator()(const core::CancelDeadline& action) { to.deadlines.cancel(action.id); }
    void operator()(const core::SwitchUsb& action) { to.usb.perform(action); }
    void operator()(const core::RestoreUsbDefaults&) { to.usb.restore_defaults(); }
    void operator()(const core::ExamineMedium& action) { to.media.examine(action.medium); }
    void operator()(const core::AdmitMedium& action) {
        to.media.admit(action.medium, action.admission);
    }
    void operator()(const core::CloseMedium& action) { to.media.close(action.medium); }
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
