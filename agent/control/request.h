// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "agent/core/mount.h"
#include "agent/core/result.h"
#include "agent/core/session.h"
#include "agent/core/types.h"

namespace vaktpost::control {

// The longest line that a client may send, without its line break.
inline constexpr std::size_t longest_line = 4096;

struct StatusRequest {};

// The caller wants to be the session program of that session, or its curtain.
struct RegisterSession {
    core::SessionId session;
};
struct RegisterCurtain {
    core::SessionId session;
};

// Words of a session program about its own session, or of a curtain about the one it covers. The
// user's program wrote them: hostile.
struct ScreenChecked {
    core::SessionId session;
    core::LockMeans means = core::LockMeans::none;  // none, desktop or locker
};
struct ScreenLocked {
    core::SessionId session;
    core::Witness witness = core::Witness::saver;  // locker, saver or curtain
    std::int32_t pid = 0;                          // of the locker, above 0; otherwise 0
};
struct ScreenUnlocked {
    core::SessionId session;
    core::Witness witness = core::Witness::saver;  // likewise
};
struct LockerFailed {
    core::SessionId session;
    std::string cause;  // a word of README.md's list
};
// Somebody else asked its curtain to be let in.
struct NextPerson {
    core::SessionId session;
};
struct SignOutEnded {
    core::SessionId session;
    bool ok = false;
    std::string cause;  // a word of README.md's list; empty when ok
};

// Somebody wants the screen to stay open.
struct HoldRequest {
    std::optional<core::SessionId> session;  // none: the caller's own
    std::string reason;                      // any text
};

// Every device and medium, with the reasons of each verdict.
struct DevicesRequest {};

// Somebody wants a device to be usable for a while.
struct AllowRequest {
    core::DeviceId device;
    std::int64_t seconds = 0;  // above 0
    std::string reason;        // any text
};

// The machine is about to sleep, or has slept.
struct SleepRequest {};
struct AwakeRequest {};

// What vaktpost-judge-mounts found and did.
struct MountJudgement {
    core::MountId mount;
    core::MountVerdict verdict = core::MountVerdict::unknown;
    bool undone = false;
};

// vaktpost-link: the centre has stored what leaves the machine up to there.
struct Acknowledgement {
    std::uint64_t epoch = 0;  // both above 0
    core::Seq seq = 0;
};

// vaktpost-link: how it stands with the centre. It speaks to the network: hostile.
struct LinkReport {
    std::string state;     // 1 to 32 of a-z and "_"
    std::string cause;     // likewise; empty: none
    std::string receiver;  // at most 300 characters of a URL; empty: none yet
};

using Request = std::variant<StatusRequest, RegisterSession, RegisterCurtain, ScreenChecked,
                             ScreenLocked, ScreenUnlocked, NextPerson, LockerFailed, SignOutEnded,
                             HoldRequest, DevicesRequest, AllowRequest, SleepRequest, AwakeRequest,
                             MountJudgement, Acknowledgement, LinkReport>;

// One line of the protocol (README.md), hostile. The Error's code is EBADMSG where the line is no
// JSON object: what follows on that connection cannot be trusted to be lines; otherwise EINVAL.
core::Result<Request> parse_request(std::string_view line);

}  // namespace vaktpost::control
