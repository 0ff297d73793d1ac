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
    session.info = {{"2"}, 1000, {"seat0"}, core::SessionClass::graphical, true};
    session.lock = core::LockState::locked;
    session.witnesses = {core::Witness::hint};
    state.sessions[{"2"}] = session;
    state.readers[{"Reader\xff 1"}] = {true, false};
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
    return control::status_text({state, {}, "ab12", 3, now}, full);
}

}  // namespace

TEST_CASE("who may review sees sessions, readers, devices and media") {
    CHECK(
        status_of(busy_state(), true) ==
        R"({"state":"armed","lost":[],"starting":[],"version":"0.1.0","policy":{"version":0,"sha256":"ab12"},)"
        R"("modes":{"session":"enforce","media":"enforce","usb":"enforce"},"log":{"epoch":3,"seq":7},)"
        R"("sessions":[{"session":"2","class":"graphical","seat":"seat0","active":true,"lock":"locked",)"
        R"("witnesses":["hint"]}],"readers":[{"reader":"Reader\\xff 1","card":true,"leased":false}],)"
        R"("usb":[{"device":"1-2","vendor":"0bda","product":"0000","interfaces":[{"interface":0,)"
        R"("decision":"examine","rule":"builtin.storage","observed":false}]}],)"
        R"("media":[{"medium":"sda-9","phase":"blocked","device":"1-2","verdict":"plain",)"
        R"("reason":"a file system without encryption"}]})");
}

TEST_CASE("others see whether the agent guards, and nothing about people and their things") {
    CHECK(
        status_of(busy_state(), false) ==
        R"({"state":"armed","lost":[],"starting":[],"version":"0.1.0","policy":{"version":0,"sha256":"ab12"},)"
        R"("modes":{"session":"enforce","media":"enforce","usb":"enforce"},"log":{"epoch":3,"seq":7}})");
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
