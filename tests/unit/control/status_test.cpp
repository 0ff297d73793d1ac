// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/status.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

using namespace vaktpost;
using namespace std::chrono_literals;

namespace {

const core::Instant now(100s);

core::State busy_state() {
    core::State state;
    state.version = "0.1.0";
    state.next_seq = 8;
    for (const core::Source source : core::all_sources)
        state.sources[source].phase = core::SourcePhase::ready;
    core::Session session;
    session.info = {{"2"}, 1000, "nurse", {"seat0"}, core::SessionClass::graphical, true};
    session.lock = core::LockState::locked;
    session.witnesses = {core::Witness::hint, core::Witness::saver};
    session.bound[{"Reader\xff 1"}] = {"tag"};
    state.sessions[{"2"}] = session;
    state.readers[{"Reader\xff 1"}].card = true;
    core::UsbDeviceState device;
    device.device.vendor = 0x0bda;
    device.interfaces[0] = {core::InterfaceVerdict::examine, {"builtin.storage"}, false};
    state.usb[{"1-2"}] = device;
    core::MediumState medium;
    medium.phase = core::MediumPhase::blocked;
    medium.medium.device = core::DeviceId{"1-2"};
    medium.examination = {core::Verdict::plain, {}, "a file system without encryption"};
    state.media[{"sda-9"}] = medium;
    return state;
}

std::string status_of(const core::State& state, bool full) {
    return control::status_text({state, {}, "ab12", 3, now, {}}, full);
}

}  // namespace

TEST_CASE("who may review sees sessions, readers, devices and media") {
    CHECK(
        status_of(busy_state(), true) ==
        R"({"state":"armed","lost":[],"starting":[],"version":"0.1.0","policy":{"version":0,"sha256":"ab12"},)"
        R"("modes":{"session":"enforce","media":"enforce","usb":"enforce"},"warnings":[],"log":{"epoch":3,"seq":7},)"
        R"("sessions":[{"session":"2","class":"graphical","seat":"seat0","active":true,"lock":"locked",)"
        R"("witnesses":["hint","saver"],"cards":1,"no_way_back":false,"left_behind":false}],"holds":[],"readers":[{"reader":"Reader\\xff 1","card":true,"leased":false}],)"
        R"("usb":[{"device":"1-2","vendor":"0bda","product":"0000","interfaces":[{"interface":0,)"
        R"("decision":"examine","rule":"builtin.storage","observed":false}]}],)"
        R"("media":[{"medium":"sda-9","phase":"blocked","device":"1-2","verdict":"plain",)"
        R"("reason":"a file system without encryption"}]})");
}

TEST_CASE("others see whether the agent guards, and nothing about people and their things") {
    CHECK(
        status_of(busy_state(), false) ==
        R"({"state":"armed","lost":[],"starting":[],"version":"0.1.0","policy":{"version":0,"sha256":"ab12"},)"
        R"("modes":{"session":"enforce","media":"enforce","usb":"enforce"},"warnings":[],"log":{"epoch":3,"seq":7}})");
}

TEST_CASE("a lost source is named with its cause and how long it has been away") {
    core::State state = busy_state();
    state.sources[core::Source::card] = {
        core::SourcePhase::lost, now - 1500ms, "pcscd: no service", {}};
    const auto status = boost::json::parse(status_of(state, false)).as_object();
    CHECK(status.at("state").as_string() == "degraded");
    CHECK(boost::json::serialize(status.at("lost")) ==
          R"([{"source":"card","cause":"pcscd: no service","for_ms":1500}])");
}

TEST_CASE("what has not been ready yet is starting") {
    core::State state = busy_state();
    state.sources.erase(core::Source::devices);
    const auto status = boost::json::parse(status_of(state, false)).as_object();
    CHECK(status.at("state").as_string() == "starting");
    CHECK(boost::json::serialize(status.at("starting")) == R"(["devices"])");
}

TEST_CASE("anybody is told of a session that cannot be locked, or not unlocked again") {
    core::State state = busy_state();
    state.sessions[{"2"}].means = core::LockMeans::none;
    state.sessions[{"2"}].no_way_back = true;
    const auto status = boost::json::parse(status_of(state, false)).as_object();
    CHECK(
        boost::json::serialize(status.at("warnings")) ==
        R"(["a session on seat0 cannot be locked","a session on seat0 cannot be unlocked again"])");
}

TEST_CASE("nobody is warned of a board, which nobody is to unlock") {
    core::State state = busy_state();
    state.sessions[{"2"}].means = core::LockMeans::none;
    core::Policy policy;
    policy.accounts.push_back({"nurse", core::AccountKind::display, {}, {}});
    const auto status =
        boost::json::parse(control::status_text({state, policy, "", 3, now, {}}, false));
    CHECK(boost::json::serialize(status.at("warnings")) == "[]");
}

TEST_CASE("a lock under way shows its step, and a check what would lock the session") {
    core::State state = busy_state();
    auto& session = state.sessions[{"2"}];
    session.lock = core::LockState::requested;
    session.attempt.step = core::LockStep::curtain;
    session.means = core::LockMeans::locker;
    const auto status = boost::json::parse(status_of(state, true)).as_object();
    const auto& shown = status.at("sessions").as_array().at(0).as_object();
    CHECK(shown.at("step").as_string() == "curtain");
    CHECK(shown.at("means").as_string() == "locker");
}

TEST_CASE("a seat that is held open shows its reason and the time left") {
    core::State state = busy_state();
    state.seats[{"seat0"}].hold_until = now + 90s;
    state.seats[{"seat0"}].hold_reason = "patient";
    state.seats[{"seat1"}];
    const auto status = boost::json::parse(status_of(state, true)).as_object();
    CHECK(boost::json::serialize(status.at("holds")) ==
          R"([{"seat":"seat0","reason":"patient","for_ms":90000}])");
}

TEST_CASE("how far the centre has got shows where there is one") {
    const auto log_of = [](const control::CentreStatus& centre) {
        return boost::json::parse(control::status_text({{}, {}, "", 3, now, centre}, false));
    };
    CHECK_FALSE(log_of({}).as_object().contains("centre"));
    const auto none_yet =
        log_of({true, 0, 0, 7, "unreachable", "connect", "relp://log.example:20514"});
    CHECK(
        boost::json::serialize(none_yet.at("centre")) ==
        R"({"waiting":7,"link":"unreachable","cause":"connect","receiver":"relp://log.example:20514"})");
    const auto some = log_of({true, 2, 40, 0, {}, {}, {}});
    CHECK(boost::json::serialize(some.at("centre")) ==
          R"({"waiting":0,"acknowledged":{"epoch":2,"seq":40}})");
}
