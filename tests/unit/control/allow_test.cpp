// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json/parse.hpp>

#include "agent/control/devices.h"
#include "agent/core/decide.h"
#include "tests/unit/control/world.h"

using namespace vaktpost;

namespace {

std::string refusal(const std::string& why) {
    return R"({"ok":false,"error":")" + why + "\"}";
}

// A blocked device at 1-2.
void plug(World& world) {
    core::UsbDeviceState device;
    device.device.id = {"1-2"};
    device.device.vendor = 0x0403;
    device.device.product = 0x6001;
    device.device.interfaces = {{0, {{0xff, 0xff, 0xff}}, false}};
    device.interfaces[0] = {core::InterfaceVerdict::block, {"usb.default"}};
    device.judged = true;
    world.state.usb[{"1-2"}] = device;
}

const std::string allow = R"({"op":"allow","device":"1-2","seconds":60,"reason":"service"})";

}  // namespace

TEST_CASE("a device is allowed with a reason of the policy's, for a time that it allows") {
    World world;
    plug(world);
    Client client(world);
    CHECK(client.ask(R"({"op":"allow","device":"1-2","seconds":60,"reason":"because"})") ==
          R"({"ok":false,"error":"no such reason","reasons":["patient","procedure","service"]})");
    CHECK(client.ask(R"({"op":"allow","device":"1-3","seconds":60,"reason":"service"})") ==
          refusal("no such device"));
    CHECK(client.ask(R"({"op":"allow","device":"1-2","seconds":86400,"reason":"service"})") ==
          refusal("longer than the policy allows: at most 480 minutes"));
    CHECK(world.notes.empty());
    CHECK(client.ask(allow) ==
          R"({"ok":true,"rule":"exception.0001","until":"2027-02-20T00:00:00Z"})");
    CHECK(world.notes == Notes{"allow 1-2 60 service root"});
}

TEST_CASE("what lies on a device is not for an exception to open") {
    World world;
    plug(world);
    world.state.usb[{"1-2"}].interfaces[0].rule = {"builtin.medium"};
    Client client(world);
    CHECK(client.ask(allow) ==
          refusal("what is on it decides, and that is not allowed: see vaktpost devices"));
}

TEST_CASE("a request to allow a device is taken word by word") {
    World world;
    Client client(world);
    CHECK(client.ask(R"({"op":"allow","device":"../1","seconds":60,"reason":"service"})") ==
          refusal("no valid device"));
    CHECK(client.ask(R"({"op":"allow","device":"1-2","seconds":0,"reason":"service"})") ==
          refusal("no valid seconds"));
    CHECK(client.ask(R"({"op":"allow","device":"1-2","seconds":"60","reason":"service"})") ==
          refusal("no valid seconds"));
    CHECK(client.ask(R"({"op":"allow","device":"1-2","seconds":60})") == refusal("no reason"));
}

TEST_CASE("operators allow devices, reviewers only see them, others neither") {
    if (::geteuid() != 0) {
        WARN("skipped: taking on other users takes root");
        return;
    }
    World world;
    plug(world);
    const auto may = [&](const std::string& request) {
        return [&world, request] {
            const auto fd = connect_to(world.path());
            return blocking_ask(fd.get(), request + "\n").starts_with(R"({"ok":true)") ? 1 : 0;
        };
    };
    const std::string devices = R"({"op":"devices"})";
    CHECK(as_colleague(world, {}, may(devices)) == 0);
    CHECK(as_colleague(world, {}, may(allow)) == 0);
    CHECK(as_colleague(world, {reviewers}, may(devices)) == 1);
    CHECK(as_colleague(world, {reviewers}, may(allow)) == 0);
    CHECK(as_colleague(world, {operators}, may(devices)) == 1);
    CHECK(as_colleague(world, {operators}, may(allow)) == 1);
    CHECK(world.notes == Notes{"allow 1-2 60 service operator"});
}

TEST_CASE("devices are told with verdict, rule, tried rules and what they lack") {
    World world;
    plug(world);
    core::UsbRule near;
    near.id = {"near"};
    near.vendor = 0x0403;
    near.port = {"9-*"};
    near.action = core::UsbRuleAction::allow;
    world.policy.usb_rules.push_back(near);
    core::MediumState medium;
    medium.medium.id = {"sdb-7"};
    medium.phase = core::MediumPhase::blocked;
    medium.rule = {"media.unencrypted"};
    medium.examination = {core::Verdict::plain,
                          {{1048576, 32, "vfat", core::Verdict::plain, "boot sector"}},
                          "plain part"};
    world.state.media[{"sdb-7"}] = medium;
    const auto told =
        boost::json::parse(control::devices_text(world.state, world.policy, core::Instant{}));
    const auto& interface = told.at("usb").at(0).at("interfaces").at(0);
    CHECK(interface.at("verdict").as_string() == "block");
    CHECK(interface.at("rule").as_string() == "usb.default");
    CHECK(interface.at("classes").at(0).as_string() == "ff:ff:ff");
    CHECK(interface.at("tried").at(0).at("differs").at(0).as_string() == "port");
    CHECK(interface.at("lacks").at(0).as_string() == "rule near would allow it but for port");
    const auto& told_medium = told.at("media").at(0);
    CHECK(told_medium.at("rule").as_string() == "media.unencrypted");
    CHECK(told_medium.at("parts").at(0).at("evidence").as_string() == "boot sector");
    CHECK(told_medium.at("lacks").at(0).as_string() ==
          "encryption of the part at byte 1048576, which is vfat (plain)");
}

TEST_CASE("a blocked medium is told until its device is pulled, though its disk is gone") {
    World world;
    const auto tell = [&](core::Event event) {
        core::decide(world.state, world.policy, event, core::Instant{});
        return boost::json::parse(control::devices_text(world.state, world.policy, core::Instant{}))
            .at("media")
            .as_array();
    };
    core::UsbDevice stick;
    stick.id = {"1-2"};
    stick.interfaces = {{0, {{core::usb_class::mass_storage, 6, 0x50}}}};
    core::Medium medium;
    medium.id = {"sdb-7"};
    medium.device = stick.id;
    medium.interface = std::uint8_t{0};
    tell(core::AgentStarted{});
    tell(core::UsbDeviceArrived{stick});
    tell(core::MediumArrived{medium});
    tell(core::MediumExamined{medium.id, {core::Verdict::plain, {}, "file_system"}});
    const auto blocked = tell(core::MediumLeft{medium.id});
    REQUIRE(blocked.size() == 1);
    CHECK(blocked.at(0).at("rule").as_string() == "media.unencrypted");
    CHECK(tell(core::UsbDeviceLeft{stick.id}).empty());
}
