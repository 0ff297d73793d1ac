// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of each request. The answer is queued first: what an event sets going may send the
// same client more.
#include <algorithm>

#include "agent/control/devices.h"
#include "agent/control/hold.h"
#include "agent/control/server.h"
#include "platform/base/clock.h"

namespace vaktpost::control {
namespace {

Role role_of(core::Witness witness) {
    return witness == core::Witness::curtain ? Role::curtain : Role::session_program;
}

}  // namespace

bool Server::speaks(Connection& connection, Role role, const core::SessionId& session) {
    if (connection.is(role, session)) return true;
    connection.send_error("not the program of this session");
    return false;
}

bool Server::is_root(Connection& connection) {
    if (connection.peer().uid == 0) return true;
    connection.send_error("only root may");
    return false;
}

// The connection takes the place of one that had that role before.
void Server::replace(Role role, Connection& connection, const core::SessionId& session) {
    if (Connection* before = find(role, session)) {
        before->close();
        on_closed(*before);
    }
    connection.become(role, session);
}

void Server::answer(Connection& connection, const StatusRequest&) {
    connection.send(
        status_answer(hooks_.status(may_review(connection.peer(), privileged_.reviewers))));
}

void Server::answer(Connection& connection, const RegisterSession& request) {
    if (connection.role() != Role::visitor) return connection.send_error("already registered");
    if (!may_speak_for(hooks_.view().state, connection.peer().uid, request.session))
        return connection.send_error("not a session of this user");
    replace(Role::session_program, connection, request.session);
    connection.send(session_answer(hooks_.lockers()));
}

void Server::answer(Connection& connection, const RegisterCurtain& request) {
    if (connection.role() != Role::visitor) return connection.send_error("already registered");
    if (!is_root(connection)) return;
    replace(Role::curtain, connection, request.session);
    connection.send(done_answer());
}

void Server::answer(Connection& connection, const ScreenChecked& request) {
    if (!speaks(connection, Role::session_program, request.session)) return;
    connection.send(done_answer());
    hooks_.events(core::LockChecked{request.session, request.means});
}

void Server::answer(Connection& connection, const ScreenLocked& request) {
    if (!speaks(connection, role_of(request.witness), request.session)) return;
    connection.send(done_answer());
    if (request.witness == core::Witness::locker)
        return hooks_.locker_claimed(request.session, connection.peer().uid, request.pid);
    connection.covers = true;
    hooks_.events(core::SessionLocked{request.session, request.witness});
}

void Server::answer(Connection& connection, const ScreenUnlocked& request) {
    if (!speaks(connection, role_of(request.witness), request.session)) return;
    connection.send(done_answer());
    if (request.witness == core::Witness::locker) return hooks_.locker_unlocked(request.session);
    connection.covers = false;
    hooks_.events(core::SessionUnlocked{request.session, request.witness});
}

void Server::answer(Connection& connection, const NextPerson& request) {
    if (!speaks(connection, Role::curtain, request.session)) return;
    connection.send(done_answer());
    hooks_.events(core::NextPersonAsked{request.session});
}

void Server::answer(Connection& connection, const LockerFailed& request) {
    if (!speaks(connection, Role::session_program, request.session)) return;
    connection.send(done_answer());
    hooks_.events(core::LockerFailed{request.session, request.cause});
}

void Server::answer(Connection& connection, const SignOutEnded& request) {
    if (!speaks(connection, Role::session_program, request.session)) return;
    if (!connection.signing_out) return connection.send_error("nothing was to be signed out of");
    connection.signing_out = false;
    connection.send(done_answer());
    hooks_.events(core::SignedOut{request.session, request.ok, request.cause});
}

bool Server::holds_again(uid_t uid) {
    const auto last = last_hold_.find(uid);
    return last != last_hold_.end() &&
           std::chrono::steady_clock::now() - last->second < limits_.hold_pause;
}

void Server::answer(Connection& connection, const HoldRequest& request) {
    const uid_t uid = connection.peer().uid;
    const View view = hooks_.view();
    if (!is_hold_reason(view.policy, request.reason))
        return connection.send(reasons_answer(view.policy.session.hold_reasons));
    const auto session = session_to_hold(view.state, uid, request.session);
    if (!session) return connection.send_error(session.error().detail);
    if (holds_again(uid)) return connection.send_error("asked for a moment ago already");
    hooks_.events(core::HoldRequested{*session, request.reason});
    const auto until = held_until(hooks_.view().state, *session);
    if (!until) return connection.send_error("this screen is not open, or not one that locks");
    last_hold_[uid] = std::chrono::steady_clock::now();
    connection.send(hold_answer(*session, *until, platform::now()));
}

bool Server::is_operator(const Connection& connection) const {
    return connection.peer().uid == 0 || is_member(connection.peer(), privileged_.operators);
}

void Server::answer(Connection& connection, const DevicesRequest&) {
    if (!may_review(connection.peer(), privileged_.reviewers) && !is_operator(connection))
        return connection.send_error("only root, reviewers and operators may");
    const View view = hooks_.view();
    connection.send(devices_answer(devices_text(view.state, view.policy, platform::now())));
}

void Server::answer(Connection& connection, const AllowRequest& request) {
    if (!is_operator(connection)) return connection.send_error("only root and operators may");
    const View view = hooks_.view();
    const auto& reasons = view.policy.usb.allow_reasons;
    if (std::find(reasons.begin(), reasons.end(), request.reason) == reasons.end())
        return connection.send(reasons_answer(reasons));
    if (const auto why = no_exception_for(view.state, request.device); !why.empty())
        return connection.send_error(why);
    const auto time = std::chrono::seconds(request.seconds);
    if (time > view.policy.usb.allow_longest)
        return connection.send_error(
            "longer than the policy allows: at most " +
            std::to_string(core::to_ms(view.policy.usb.allow_longest) / 60'000) + " minutes");
    const bool root = connection.peer().uid == 0;
    hooks_.events(core::ExceptionRequested{request.device, time, request.reason,
                                           root ? core::Grantor::root : core::Grantor::operator_});
    const auto* given = exception_of(hooks_.view().state, request.device);
    if (given == nullptr) return connection.send_error("the device has just left");
    connection.send(allow_answer(*given));
}

void Server::answer(Connection& connection, const SleepRequest&) {
    if (!is_root(connection)) return;
    hooks_.events(core::SleepComing{});
    // Not waited for any more: every screen is locked, or cannot be.
    connection.send(sleep_answer(!hooks_.view().state.sleep_asked));
}

void Server::answer(Connection& connection, const AwakeRequest&) {
    if (!is_root(connection)) return;
    connection.send(done_answer());
    hooks_.events(core::SleepOver{});
}

void Server::answer(Connection& connection, const MountJudgement& request) {
    if (!is_root(connection)) return;
    connection.send(done_answer());
    hooks_.events(core::MountJudged{request.mount, request.verdict, request.undone});
}

bool Server::is_link(Connection& connection) const {
    const uid_t uid = connection.peer().uid;
    if (uid == 0 || uid == privileged_.link) return true;
    connection.send_error("only root and vaktpost-link may");
    return false;
}

void Server::answer(Connection& connection, const Acknowledgement& request) {
    if (!is_link(connection)) return;
    connection.send(done_answer());
    hooks_.acknowledged(request);
}

void Server::answer(Connection& connection, const LinkReport& request) {
    if (!is_link(connection)) return;
    connection.send(done_answer());
    hooks_.link_reported(request);
}

}  // namespace vaktpost::control
