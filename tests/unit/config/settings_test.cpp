// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/unit/config/first_problem.h"

using namespace vaktpost;
using namespace vaktpost::config;
using namespace std::chrono_literals;

using Argv = std::vector<std::string>;

TEST_CASE("empty settings are the defaults") {
    const auto settings = parse_settings("", "f");
    REQUIRE(settings);
    CHECK(settings->host.empty());
    CHECK(settings->labels.empty());
    CHECK(settings->mode.media == ModeSetting::policy);
    CHECK(settings->locker.wayland == Argv{"swaylock", "-f", "-c", "1d3557"});
    CHECK(settings->locker.x11 == Argv{"i3lock", "-c", "1d3557"});
    CHECK(settings->examine.deadline == 30s);
    CHECK(settings->centre.receivers.empty());
    CHECK(settings->centre.key == "/etc/vaktpost/centre/host.key");
    CHECK_FALSE(settings->centre.proxy);
}

TEST_CASE("every setting is taken up") {
    const auto settings = parse_settings(R"(host = "ward-7.example.org"
labels = ["ward", "building-3"]
[mode]
usb = "observe"
[locker]
x11 = ["/usr/bin/i3lock"]
[media]
trusted_keys = ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"]
[examine]
deadline = "1min"
[centre]
receivers = ["relp://log1.example:20514", "syslog://[fd00::1]:6514"]
authority = "/a.pem"
certificate = "/c.pem"
key = "/k.pem"
proxy = "http://10.0.0.1:3128"
)",
                                         "f");
    REQUIRE(settings);
    CHECK(settings->host == "ward-7.example.org");
    CHECK(settings->labels == Argv{"ward", "building-3"});
    CHECK(settings->mode.usb == ModeSetting::observe);
    CHECK(settings->mode.session == ModeSetting::policy);
    CHECK(settings->locker.x11 == Argv{"/usr/bin/i3lock"});
    CHECK(settings->media.trusted_keys ==
          Argv{"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"});
    CHECK(settings->examine.deadline == 1min);
    CHECK(settings->centre.receivers ==
          std::vector<Receiver>{{Transport::relp, {"log1.example", 20514}},
                                {Transport::syslog, {"fd00::1", 6514}}});
    CHECK(settings->centre.authority == "/a.pem");
    CHECK(settings->centre.certificate == "/c.pem");
    CHECK(settings->centre.key == "/k.pem");
    CHECK(settings->centre.proxy == Endpoint{"10.0.0.1", 3128});
}

TEST_CASE("a setting put to observe beats the policy, and nothing else does") {
    core::Policy policy;
    policy.media.mode = core::Mode::observe;
    Settings settings;
    settings.mode.usb = ModeSetting::observe;
    const core::Policy followed = with_settings(policy, settings, false);
    CHECK(followed.session.mode == core::Mode::enforce);
    CHECK(followed.media.mode == core::Mode::observe);
    CHECK(followed.usb.mode == core::Mode::observe);
}

TEST_CASE("observing everything leaves no section that acts") {
    const core::Policy followed = with_settings({}, {}, true);
    CHECK(followed.session.mode == core::Mode::observe);
    CHECK(followed.media.mode == core::Mode::observe);
    CHECK(followed.usb.mode == core::Mode::observe);
}

TEST_CASE("unknown settings are named with the nearest known one") {
    CHECK(settings_problem("hots = \"a\"\n") ==
          "1:1: unknown key \"hots\"; did you mean \"host\"?");
    CHECK(settings_problem("[modes]\nusb = \"observe\"\n") ==
          "1:2: unknown table \"modes\"; did you mean \"mode\"?");
    CHECK(settings_problem("deadline = \"5s\"\n") ==
          "1:1: unknown key \"deadline\"; \"deadline\" belongs in [examine]");
}

TEST_CASE("a mode follows the policy or observes, it never enforces what the policy does not") {
    CHECK(settings_problem("[mode]\nusb = \"enforce\"\n") ==
          "2:7: mode.usb must be \"policy\" or \"observe\", not \"enforce\"");
}

TEST_CASE("a host name holds nothing but what host names hold") {
    CHECK(settings_problem("host = \"a b\"\n") ==
          "1:8: host must be at most 253 letters, digits, \"-\" and \".\", not \"a b\"");
    CHECK_THAT(settings_problem("host = \"" + std::string(254, 'a') + "\"\n"),
               Catch::StartsWith("1:8: host must"));
    CHECK(settings_problem("host = 5\n") == "1:8: host must be a host name in quotes, not 5");
}

TEST_CASE("labels are few, short, plain and different") {
    CHECK(settings_problem("labels = [\"ok\", \"Ward 7\"]\n") ==
          "1:17: a label must be 1 to 32 of a-z, 0-9 and \"-\", not \"Ward 7\"");
    CHECK(settings_problem("labels = [\"a\", \"a\"]\n") ==
          "1:16: the label \"a\" stands there twice");
    CHECK(settings_problem("labels = \"ward\"\n") ==
          "1:10: labels must be a list of texts, such as [\"ward\"], not \"ward\"");
    std::string many = "labels = [";
    for (int i = 0; i < 17; ++i) many += "\"l" + std::to_string(i) + "\",";
    CHECK_THAT(settings_problem(many + "]"), Catch::EndsWith("there are more than 16 labels"));
}

TEST_CASE("a locker is a program and its arguments") {
    CHECK(
        settings_problem("[locker]\nx11 = \"i3lock -n\"\n") ==
        "2:7: locker.x11 must be a list of texts: a program and its arguments, not \"i3lock -n\"");
    CHECK(settings_problem("[locker]\nx11 = []\n") == "2:7: locker.x11 must name a program");
    CHECK(settings_problem("[locker]\nx11 = [\"\", \"-n\"]\n") ==
          "2:7: locker.x11 must name a program");
    CHECK(settings_problem("[locker]\nx11 = [\"i3lock\", 5]\n") ==
          "2:18: an item of locker.x11 must be a text, not 5");
    CHECK(
        settings_problem("[locker]\nx11 = [\"i3lock\", \"a\\u0000b\"]\n") ==
        "2:18: an argument must be at most 256 bytes without control characters, not \"a\\x00b\"");
}

TEST_CASE("a trusted key is 64 hex digits") {
    const std::string digits(64, 'a');
    const std::string key = GENERATE_COPY(as<std::string>{}, "", "aa", digits + "a",
                                          std::string(64, 'A'), std::string(64, 'x'));
    CHECK_THAT(
        settings_problem("[media]\ntrusted_keys = [\"" + key + "\"]\n"),
        Catch::StartsWith("2:17: an item of media.trusted_keys must be 64 of 0-9 and a-f, not \""));
    CHECK_THAT(
        settings_problem("[media]\ntrusted_keys = [\"" + digits + "\", \"" + digits + "\"]\n"),
        Catch::StartsWith("2:85: ") && Catch::EndsWith(" stands twice in media.trusted_keys"));
}

TEST_CASE("the examination's deadline has a range") {
    CHECK(settings_problem("[examine]\ndeadline = \"0s\"\n") ==
          "2:12: examine.deadline must be from \"1s\" to \"10min\", not \"0s\"");
}

TEST_CASE("a receiver is a transport, a host and a port, and nothing else") {
    const std::string receiver = GENERATE(
        as<std::string>{}, "", "log.example", "log.example:20514", "relp://log.example",
        "relp://log.example:", "relp://log.example:0", "relp://log.example:65536",
        "relp://log.example:1/", "relp://:1", "relp://a@b:1", "relp://a..b:1", "relp://-a:1",
        "relp://a-:1", "relp://a b:1", "relp://fd00::1:1", "relp://[fd00::g]:1", "relp://[a]:1",
        "relp://10.0.0.256:1", "tcp://log.example:1", "http://log.example:1", "RELP://a:1");
    CHECK_THAT(
        settings_problem("[centre]\nreceivers = [\"" + receiver + "\"]\n"),
        Catch::StartsWith("2:14: an item of centre.receivers must be \"relp://HOST:PORT\" or "
                          "\"syslog://HOST:PORT\", not \""));
    CHECK_FALSE(parse_receiver(receiver));
}

TEST_CASE("a receiver that stands there twice is a mistake") {
    CHECK(settings_problem("[centre]\nreceivers = [\"relp://a:1\", \"relp://a:1\"]\n") ==
          "2:28: \"relp://a:1\" stands twice in centre.receivers");
}

TEST_CASE("receivers read back as they were written") {
    const std::string text = GENERATE(as<std::string>{}, "relp://log1.example:20514",
                                      "syslog://10.0.0.1:6514", "relp://[fd00::1]:1");
    REQUIRE(parse_receiver(text));
    CHECK(to_text(*parse_receiver(text)) == text);
}

TEST_CASE("the centre's files have absolute paths and its proxy is one of HTTP") {
    CHECK(settings_problem("[centre]\nkey = \"host.key\"\n") ==
          "2:7: centre.key must be a file's absolute path, not \"host.key\"");
    CHECK(settings_problem("[centre]\nkey = \"/a\\u0007\"\n") ==
          "2:7: centre.key must be a file's absolute path, not \"/a\\x07\"");
    CHECK(settings_problem("[centre]\nproxy = \"proxy:3128\"\n") ==
          "2:9: centre.proxy must be \"\" or \"http://HOST:PORT\", not \"proxy:3128\"");
    CHECK(parse_settings("[centre]\nproxy = \"\"\n", "f"));
}
