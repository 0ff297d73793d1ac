// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "agent/core/decide.h"
#include "agent/deadline_queue.h"
#include "agent/ports/activity_source.h"
#include "agent/ports/event_log.h"
#include "agent/ports/keyboard_prover.h"
#include "agent/ports/media_gate.h"
#include "agent/ports/media_register.h"
#include "agent/ports/mount_judge.h"
#include "agent/ports/notifier.h"
#include "agent/ports/session_control.h"
#include "agent/ports/session_program.h"
#include "agent/ports/usb_gate.h"

namespace vaktpost {

// Which port each action goes to. Owns none of them.
struct Performer {
    ports::SessionControl& sessions;
    ports::SessionProgram& programs;
    ports::ActivitySource& activity;
    ports::UsbGate& usb;
    ports::KeyboardProver& keyboards;
    ports::MediaGate& media;
    ports::MediaRegister& known_media;
    ports::MountJudge& mounts;
    ports::Notifier& notifier;
    ports::EventLog& log;
    DeadlineQueue& deadlines;
    std::function<void()> reconcile;  // every source asks the world anew
    std::function<void()> tell_time;  // TimeTold follows

    // Protection before paperwork: records are appended after everything else has been set going.
    void perform(const core::Actions& actions);
};

}  // namespace vaktpost
