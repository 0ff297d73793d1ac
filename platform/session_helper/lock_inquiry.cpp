// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/lock_inquiry.h"

#include <cstdint>
#include <cstring>
#include <iterator>
#include <string_view>

namespace vaktpost::session_helper {

namespace {

// Milliseconds.
constexpr std::uint64_t answer_limit = 500;
constexpr std::uint64_t patience = 1000;

// Names are also the interfaces' names.
struct ScreenSaver {
    const char* name;
    const char* path;
};
constexpr ScreenSaver savers[] = {
    {"org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"},
    {"org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"},
    {"org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"},
    {"org.mate.ScreenSaver", "/org/mate/ScreenSaver"},
    {"org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"},
};

}  // namespace

void LockInquiry::start(DisplayEnvironment& environment, Answer answer, void* context) {
    static_assert(std::size(savers) == most_savers);
    stop();
    environment_ = &environment;
    answer_ = answer;
    context_ = context;
    running_ = true;
    savers_ = 0;
    waiting_ = 0;
    phase_ = Phase::names;
    timer_.start(loop_, answer_limit, on_timer, this);
    sd_bus* bus = bus_.get();
    if (bus == nullptr) return next_phase();
    if (sd_bus_call_method_async(bus, &calls_[0], "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus", "ListNames", on_names, this, nullptr) >= 0)
        ++waiting_;
    if (sd_bus_call_method_async(bus, &calls_[1], "org.freedesktop.systemd1",
                                 "/org/freedesktop/systemd1", "org.freedesktop.DBus.Properties",
                                 "Get", on_environment, this, "ss",
                                 "org.freedesktop.systemd1.Manager", "Environment") >= 0)
        ++waiting_;
    if (waiting_ == 0) next_phase();
}

void LockInquiry::stop() {
    timer_.stop();
    drop_calls();
    running_ = false;
}

void LockInquiry::drop_calls() {
    for (auto& call : calls_) call = sd_bus_slot_unref(call);
}

int LockInquiry::on_names(sd_bus_message* reply, void* context, sd_bus_error*) {
    auto& self = *static_cast<LockInquiry*>(context);
    if (sd_bus_message_enter_container(reply, 'a', "s") > 0) {
        const char* name = nullptr;
        while (sd_bus_message_read(reply, "s", &name) > 0)
            for (unsigned i = 0; i < most_savers; ++i)
                if (std::strcmp(name, savers[i].name) == 0) self.savers_ |= 1U << i;
    }
    self.answered();
    return 0;
}

int LockInquiry::on_environment(sd_bus_message* reply, void* context, sd_bus_error*) {
    auto& self = *static_cast<LockInquiry*>(context);
    if (sd_bus_message_is_method_error(reply, nullptr) == 0) self.environment_->read_manager(reply);
    self.answered();
    return 0;
}

int LockInquiry::on_state(sd_bus_message* reply, void* context, sd_bus_error*) {
    auto& self = *static_cast<LockInquiry*>(context);
    int active = 0;
    if (sd_bus_message_is_method_error(reply, nullptr) == 0 &&
        sd_bus_message_read(reply, "b", &active) > 0 && active != 0)
        self.finish(true);
    else
        self.answered();
    return 0;
}

void LockInquiry::on_timer(void* context) {
    static_cast<LockInquiry*>(context)->next_phase();
}

void LockInquiry::answered() {
    if (--waiting_ == 0) next_phase();
}

void LockInquiry::next_phase() {
    timer_.stop();
    drop_calls();
    switch (phase_) {
        case Phase::names:
            if (savers_ == 0) return finish(false);
            phase_ = Phase::patience;
            return timer_.start(loop_, patience, on_timer, this);
        case Phase::patience:
            if (locked_hint) return finish(true);
            phase_ = Phase::state;
            return ask_savers();
        case Phase::state:
            return finish(locked_hint);
    }
}

void LockInquiry::ask_savers() {
    waiting_ = 0;
    sd_bus* bus = bus_.get();
    for (unsigned i = 0; bus != nullptr && i < most_savers; ++i) {
        if ((savers_ & (1U << i)) == 0) continue;
        const auto& saver = savers[i];
        if (sd_bus_call_method_async(bus, &calls_[i], saver.name, saver.path, saver.name,
                                     "GetActive", on_state, this, nullptr) >= 0)
            ++waiting_;
    }
    if (waiting_ == 0) return next_phase();
    timer_.start(loop_, answer_limit, on_timer, this);
}

void LockInquiry::finish(bool desktop_locked) {
    stop();
    answer_(context_, desktop_locked);
}

}  // namespace vaktpost::session_helper
