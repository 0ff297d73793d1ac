// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/performer.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace vaktpost;

namespace {

// Every port in one, writing down what was asked of it.
struct Recorder final : ports::SessionControl,
                        ports::SessionProgram,
                        ports::ActivitySource,
                        ports::UsbGate,
                        ports::KeyboardProver,
                        ports::MediaGate,
                        ports::MediaRegister,
                        ports::MountJudge,
                        ports::Notifier,
                        ports::EventLog {
    std::vector<std::string> calls;

    void lock(const core::SessionId& session, core::LockStep step) override {
        calls.push_back(std::string(core::to_string(step)) + " " + session.value);
    }
    void end(const core::SessionId& session) override { calls.push_back("end " + session.value); }
    void offer_login(const core::SessionId& session) override {
        calls.push_back("offer login " + session.value);
    }
    void allow_sleep() override { calls.emplace_back("allow sleep"); }
    void reconcile() override { calls.emplace_back("reconcile sessions"); }
    void start_locker(const core::SessionId& session) override {
        calls.push_back("start locker " + session.value);
    }
    void stand_down(const core::SessionId& session) override {
        calls.push_back("stand down " + session.value);
    }
    void sign_out(const core::SignOut& request) override {
        calls.push_back("sign out " + request.session.value);
    }
    void drain() override { calls.emplace_back("drain"); }
    void watch(bool on) override { calls.emplace_back(on ? "watch" : "unwatch"); }
    void perform(const core::SwitchUsb& request) override {
        calls.push_back("switch " + request.device.value);
    }
    void restore_defaults() override { calls.emplace_back("restore"); }
    void prove(const core::ProveKeyboard& request) override {
        calls.push_back("prove " + request.device.value);
    }
    void end(const core::DeviceId& device) override {
        calls.push_back("end proof " + device.value);
    }
    void examine(const core::MediumId& medium) override {
        calls.push_back("examine " + medium.value);
    }
    void admit(const core::MediumId& medium, core::Admission admission) override {
        calls.push_back("admit " + medium.value + " " + std::string(core::to_string(admission)));
    }
    void close(const core::MediumId& medium) override { calls.push_back("close " + medium.value); }
    void remember(const core::RememberMedium& request) override {
        calls.push_back("remember " + request.known.tag.value);
    }
    void judge(const core::MountId& mount) override { calls.push_back("judge " + mount.value); }
    void notify(const core::Notify& notice) override {
        calls.push_back("notify " + notice.session.value);
    }
    void append(const core::Record& record) override {
        calls.push_back("append " + std::string(core::to_string(record.type)));
    }
};

// A performer all of whose ports are one recorder.
struct Stage {
    boost::asio::io_context io;
    DeadlineQueue deadlines{io, [](const core::DeadlineId&) {}};
    Recorder ports;
    Performer performer{ports,
                        ports,
                        ports,
                        ports,
                        ports,
                        ports,
                        ports,
                        ports,
                        ports,
                        ports,
                        deadlines,
                        [&] { ports.reconcile(); },
                        [&] { ports.calls.emplace_back("tell time"); }};
};

}  // namespace

TEST_CASE("protection comes before paperwork, whatever the order of the actions") {
    Stage stage;
    core::Record removed;
    removed.type = core::EventType::card_removed;
    core::Record requested;
    requested.type = core::EventType::session_lock_requested;
    stage.performer.perform({core::AppendEvent{removed}, core::LockSession{{"2"}},
                             core::AppendEvent{requested}, core::CloseMedium{{"sdb-7"}}});
    CHECK(stage.ports.calls == std::vector<std::string>{"ask 2", "close sdb-7",
                                                        "append card.removed",
                                                        "append session.lock_requested"});
}

TEST_CASE("each action reaches its port") {
    Stage stage;
    stage.performer.perform(
        {core::WatchActivity{true}, core::SwitchUsb{{"1-2"}, {}, {0}, true},
         core::ProveKeyboard{{"1-2"}, {0}}, core::EndProof{{"1-2"}}, core::RestoreUsbDefaults{},
         core::ExamineMedium{{"sdb-7"}}, core::AdmitMedium{{"sdb-7"}, core::Admission::encrypted},
         core::RememberMedium{{"sdb-7"}, {{"5e21"}, 1, 2, "encrypted", "", ""}},
         core::JudgeMount{{"8:17"}},
         core::Notify{{"2"}, core::Notice::medium_blocked, "", std::nullopt},
         core::LockSession{{"2"}, core::LockStep::curtain},
         core::LockSession{{"2"}, core::LockStep::own_locker}, core::EndSession{{"2"}},
         core::StandDown{{"2"}}, core::OfferLogin{{"2"}}, core::SignOut{{"2"}, {"/usr/bin/true"}},
         core::AllowSleep{}, core::Reconcile{}, core::TellTime{}});
    CHECK(stage.ports.calls ==
          std::vector<std::string>{"watch", "switch 1-2", "prove 1-2", "end proof 1-2", "restore",
                                   "examine sdb-7", "admit sdb-7 encrypted", "remember 5e21",
                                   "judge 8:17", "notify 2", "curtain 2", "start locker 2", "end 2",
                                   "stand down 2", "offer login 2", "sign out 2", "allow sleep",
                                   "reconcile sessions", "tell time"});
}
