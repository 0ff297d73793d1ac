// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/saver_watch.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace vaktpost::session_helper {

namespace {

// Milliseconds.
constexpr std::uint64_t first_delay = 1000;
constexpr std::uint64_t longest_delay = 60'000;
constexpr std::uint64_t answer_limit_usec = 1'000'000;

constexpr const char* driver = "org.freedesktop.DBus";
constexpr const char* driver_path = "/org/freedesktop/DBus";

// Names are also the interfaces' names.
struct Name {
    const char* name;
    const char* path;
};
constexpr Name names[] = {
    {"org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"},
    {"org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"},
    {"org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"},
    {"org.mate.ScreenSaver", "/org/mate/ScreenSaver"},
    {"org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"},
};

bool sent_by(sd_bus_message* message, std::string_view sender) {
    const char* from = sd_bus_message_get_sender(message);
    return from != nullptr && !sender.empty() && sender == from;
}

}  // namespace

SaverWatch::SaverWatch(sd_event* loop, UserBus& bus, Changed changed, void* context)
    : loop_(loop), bus_(bus), changed_(changed), context_(context) {
    static_assert(std::size(names) == most_savers);
    for (unsigned i = 0; i < most_savers; ++i) {
        savers_[i].watch = this;
        savers_[i].index = i;
    }
}

SaverWatch::~SaverWatch() {
    for (auto& saver : savers_) release(saver);
}

void SaverWatch::start() {
    sd_bus* bus = bus_.get();
    if (bus != nullptr && generation_ == bus_.generation()) return;
    for (auto& saver : savers_) release(saver);
    if (bus == nullptr) {
        generation_ = 0;
        retry_delay_ = retry_delay_ == 0 ? first_delay : std::min(retry_delay_ * 2, longest_delay);
        return retry_.start(loop_, retry_delay_, on_retry, this);
    }
    retry_.stop();
    retry_delay_ = 0;
    generation_ = bus_.generation();
    subscribe(bus);
}

// The matches live and die with the connection.
void SaverWatch::subscribe(sd_bus* bus) {
    sd_bus_add_match_async(bus, nullptr,
                           "type='signal',sender='org.freedesktop.DBus.Local',"
                           "path='/org/freedesktop/DBus/Local',"
                           "interface='org.freedesktop.DBus.Local',member='Disconnected'",
                           on_disconnected, nullptr, this);
    for (auto& saver : savers_) {
        char rule[256];
        std::snprintf(rule, sizeof rule,
                      "type='signal',sender='%s',interface='%s',member='NameOwnerChanged',"
                      "arg0='%s'",
                      driver, driver, names[saver.index].name);
        sd_bus_add_match_async(bus, nullptr, rule, on_owner_changed, nullptr, &saver);
        sd_bus_call_method_async(bus, &saver.naming, driver, driver_path, driver, "GetNameOwner",
                                 on_owner, &saver, "s", names[saver.index].name);
    }
}

void SaverWatch::on_retry(void* context) {
    static_cast<SaverWatch*>(context)->start();
}

int SaverWatch::on_disconnected(sd_bus_message*, void* context, sd_bus_error*) {
    auto& self = *static_cast<SaverWatch*>(context);
    self.generation_ = 0;
    for (auto& saver : self.savers_) self.release(saver);
    // Not at once: the connection is still being taken down.
    self.retry_.start(self.loop_, first_delay, on_retry, &self);
    self.changed_(self.context_);
    return 0;
}

int SaverWatch::on_owner_changed(sd_bus_message* signal, void* context, sd_bus_error*) {
    auto& saver = *static_cast<Saver*>(context);
    const char* owner = nullptr;
    if (!sent_by(signal, driver) ||
        sd_bus_message_read(signal, "sss", nullptr, nullptr, &owner) <= 0)
        return 0;
    saver.watch->take_owner(saver, owner);
    return 0;
}

int SaverWatch::on_owner(sd_bus_message* reply, void* context, sd_bus_error*) {
    auto& saver = *static_cast<Saver*>(context);
    const char* owner = "";
    if (sd_bus_message_is_method_error(reply, nullptr) == 0)
        sd_bus_message_read(reply, "s", &owner);
    saver.naming = sd_bus_slot_unref(saver.naming);
    saver.watch->take_owner(saver, owner);
    return 0;
}

void SaverWatch::take_owner(Saver& saver, std::string_view owner) {
    if (saver.owner.view() != owner) {
        release(saver);
        saver.owner.assign(owner);
        sd_bus* bus = bus_.get();
        if (!saver.owner.empty() && bus != nullptr) {
            char rule[256];
            std::snprintf(rule, sizeof rule,
                          "type='signal',sender='%s',interface='%s',member='ActiveChanged'",
                          saver.owner.c_str(), names[saver.index].name);
            sd_bus_add_match_async(bus, &saver.signals, rule, on_active_changed, nullptr, &saver);
            assign();
            ask(saver);
        }
    }
    changed_(context_);
}

void SaverWatch::release(Saver& saver) {
    saver.naming = sd_bus_slot_unref(saver.naming);
    saver.state = sd_bus_slot_unref(saver.state);
    saver.signals = sd_bus_slot_unref(saver.signals);
    saver.owner.clear();
    saver.session.clear();
    saver.answers = false;
    saver.word = Word::none;
}

void SaverWatch::ask(Saver& saver) {
    sd_bus* bus = bus_.get();
    if (bus == nullptr || saver.state != nullptr) return;
    const auto& name = names[saver.index];
    sd_bus_message* call = nullptr;
    // To the owner and not to the name, which would be started where it is free.
    if (sd_bus_message_new_method_call(bus, &call, saver.owner.c_str(), name.path, name.name,
                                       "GetActive") < 0)
        return;
    sd_bus_call_async(bus, &saver.state, call, on_state, &saver, answer_limit_usec);
    sd_bus_message_unref(call);
}

int SaverWatch::on_state(sd_bus_message* reply, void* context, sd_bus_error*) {
    auto& saver = *static_cast<Saver*>(context);
    saver.state = sd_bus_slot_unref(saver.state);
    int active = 0;
    saver.answers = sd_bus_message_is_method_error(reply, nullptr) == 0 &&
                    sd_bus_message_read(reply, "b", &active) > 0;
    if (saver.answers) saver.word = active != 0 ? Word::yes : Word::no;
    saver.watch->changed_(saver.watch->context_);
    return 0;
}

int SaverWatch::on_active_changed(sd_bus_message* signal, void* context, sd_bus_error*) {
    auto& saver = *static_cast<Saver*>(context);
    int active = 0;
    if (!sent_by(signal, saver.owner.view()) || sd_bus_message_read(signal, "b", &active) <= 0)
        return 0;
    // An answer under way may be older than this signal.
    saver.state = sd_bus_slot_unref(saver.state);
    if (active == 0) saver.word = Word::no;
    saver.watch->ask(saver);
    saver.watch->changed_(saver.watch->context_);
    return 0;
}

void SaverWatch::set_only_session(std::string_view session) {
    only_session_.assign(session);
    assign();
}

void SaverWatch::forget(std::string_view session) {
    for (auto& saver : savers_)
        if (saver.session.view() == session) saver.session.clear();
}

void SaverWatch::assign() {
    for (auto& saver : savers_)
        if (!saver.owner.empty() && saver.session.empty()) saver.session = only_session_;
}

bool SaverWatch::speaks_for(const Saver& saver, std::string_view session) {
    return !saver.owner.empty() && !session.empty() && saver.session.view() == session;
}

bool SaverWatch::present(std::string_view session) const {
    return std::any_of(std::begin(savers_), std::end(savers_), [&](const Saver& saver) {
        return speaks_for(saver, session) && saver.answers;
    });
}

SaverWatch::Savers SaverWatch::saying_yes(std::string_view session) const {
    return saying(Word::yes, session);
}

SaverWatch::Savers SaverWatch::saying_no(std::string_view session) const {
    return saying(Word::no, session);
}

SaverWatch::Savers SaverWatch::saying(Word word, std::string_view session) const {
    Savers found = 0;
    for (const auto& saver : savers_)
        if (speaks_for(saver, session) && saver.word == word) found |= 1U << saver.index;
    return found;
}

bool SaverWatch::asking(std::string_view session) const {
    return std::any_of(std::begin(savers_), std::end(savers_), [&](const Saver& saver) {
        return saver.naming != nullptr || (speaks_for(saver, session) && saver.state != nullptr);
    });
}

void SaverWatch::ask(std::string_view session) {
    for (auto& saver : savers_)
        if (speaks_for(saver, session)) ask(saver);
}

}  // namespace vaktpost::session_helper
