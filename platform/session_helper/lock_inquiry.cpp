// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/lock_inquiry.h"

#include <cstdint>

namespace vaktpost::session_helper {

namespace {

// Milliseconds.
constexpr std::uint64_t answer_limit = 500;
constexpr std::uint64_t patience = 1000;

}  // namespace

void LockInquiry::start(std::string_view session, Answer answer, void* context) {
    session_.assign(session);
    savers_.start();
    savers_.ask(session);
    begin(Phase::presence, answer, context);
}

void LockInquiry::start_without_desktop(Answer answer, void* context) {
    begin(Phase::environment, answer, context);
}

void LockInquiry::begin(Phase phase, Answer answer, void* context) {
    stop();
    phase_ = phase;
    answer_ = answer;
    context_ = context;
    timer_.start(loop_, answer_limit, on_timer, this);
    if (!question_.start(on_environment, this)) environment_done();
}

void LockInquiry::stop() {
    timer_.stop();
    question_.stop();
    phase_ = Phase::idle;
}

void LockInquiry::on_environment(void* context) {
    static_cast<LockInquiry*>(context)->environment_done();
}

void LockInquiry::environment_done() {
    if (phase_ == Phase::environment) finish(false);
    if (phase_ == Phase::presence && !savers_.asking(session_.view())) presence_done();
}

void LockInquiry::presence_done() {
    if (!savers_.present(session_.view())) return finish(false);
    if (savers_.active(session_.view())) return finish(true);
    phase_ = Phase::patience;
    timer_.start(loop_, patience, on_timer, this);
}

// A "yes" counts only if no newer answer is being waited for: a screen saver that hangs may have
// said it long ago.
bool LockInquiry::desktop_locked() const {
    return savers_.present(session_.view()) && savers_.active(session_.view()) &&
           !savers_.asking(session_.view());
}

void LockInquiry::saver_changed() {
    const bool answered = !savers_.asking(session_.view());
    switch (phase_) {
        case Phase::idle:
        case Phase::environment:
            return;
        case Phase::presence:
            if (answered && !question_.running()) presence_done();
            return;
        case Phase::patience:
            if (desktop_locked()) finish(true);
            return;
        case Phase::state:
            if (answered) finish(desktop_locked());
            return;
    }
}

void LockInquiry::on_timer(void* context) {
    auto& self = *static_cast<LockInquiry*>(context);
    switch (self.phase_) {
        case Phase::idle:
            return;
        case Phase::presence:
            if (!self.savers_.asking(self.session_.view())) return self.presence_done();
            return self.finish(false);
        case Phase::patience:
            self.phase_ = Phase::state;
            self.savers_.ask(self.session_.view());
            return self.timer_.start(self.loop_, answer_limit, on_timer, &self);
        case Phase::environment:
        case Phase::state:
            return self.finish(false);
    }
}

void LockInquiry::finish(bool desktop_locked) {
    stop();
    answer_(context_, desktop_locked);
}

}  // namespace vaktpost::session_helper
