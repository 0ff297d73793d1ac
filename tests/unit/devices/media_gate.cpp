// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/media_gate.h"

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/devices/fake_machine.h"
#include "tests/unit/devices/recorder.h"

using namespace vaktpost;
using namespace vaktpost::test;
using namespace std::chrono_literals;
using core::Verdict;

namespace {

constexpr const char* encrypted_report =
    "echo '{\"verdict\":\"encrypted\",\"parts\":[{\"offset\":0,\"size\":1,\"type\":\"luks2\","
    "\"verdict\":\"encrypted\",\"evidence\":\"luks2_header\"}],\"reason\":\"\"}'\n";

struct Setup {
    FakeMachine machine;
    Recorder recorder;
    platform::Workers workers{recorder.io};
    platform::Admissions admissions{machine.paths.run};
    platform::MediaGate gate;

    explicit Setup(platform::MediaGate::Deadline deadline = {10s, 1s})
        : gate(recorder.io, recorder.sink(), workers, admissions, machine.paths, deadline) {
        machine.root_hub(1);
        machine.usb_device("1-2", {{0, 8, 6, 0x50}});
        machine.disk("sdb", "1-2:1.0", 17, 2048);
        machine.partition("sdb", "sdb1", 64, 1024);
    }
    core::Examination examine() {
        gate.examine({"sdb-17"});
        REQUIRE(recorder.run_until_events(1));
        CHECK(recorder.event<core::MediumExamined>(0).id.value == "sdb-17");
        return recorder.event<core::MediumExamined>(0).examination;
    }
    std::string uevent_of(const std::string& name) {
        return FakeMachine::read(machine.block(name) / "uevent");
    }
};

bool is_our_change(const std::string& uevent) {
    return uevent.rfind("change ", 0) == 0 && uevent.size() == 7 + 36 + 11 &&
           uevent.substr(7 + 36) == " VAKTPOST=1";
}

}  // namespace

TEST_CASE("the examiner is started with its deadline and the node, and its report is taken") {
    Setup setup;
    setup.machine.examiner(
        "[ \"$#\" = 3 ] && [ \"$1\" = --deadline ] && [ \"$2\" = 10 ] || exit 3\n"
        "[ \"$3\" = " +
        (setup.machine.paths.dev / "sdb").string() + " ] || exit 3\n" + encrypted_report +
        "exit 0\n");
    const auto examination = setup.examine();
    CHECK(examination.verdict == Verdict::encrypted);
    CHECK(examination.parts.size() == 1);
}

TEST_CASE("where media are to be identified the examiner is asked, and told whom to trust") {
    Setup setup;
    const std::string key(64, 'a');
    setup.gate.identify(
        [](std::string_view text) { return core::Tag{"<" + std::string(text) + ">"}; }, {key});
    setup.machine.examiner(
        "[ \"$3 $4 $5\" = \"--identify --trust " + key +
        "\" ] || exit 3\n"
        "echo '{\"verdict\":\"unknown\",\"parts\":[],\"reason\":\"\",\"volumes\":[\"0a-1\"],"
        "\"token\":{\"state\":\"none\"}}'\nexit 2\n");
    const auto examination = setup.examine();
    CHECK(examination.verdict == Verdict::unknown);
    CHECK(examination.identity.value == "<0a-1>");
}

TEST_CASE("the examiner gets no input, no environment and no descriptor of ours") {
    Setup setup;
    // PWD, OLDPWD and _ are the shell's own. 255 or 10 and above is where shells keep their script.
    setup.machine.examiner(
        "read line && exit 3\n"
        "env | grep -qv -e ^PWD= -e ^OLDPWD= -e ^_= && exit 3\n"
        "for fd in 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$fd ] && exit 3; done\n" +
        std::string(encrypted_report) + "exit 0\n");
    CHECK(setup.examine().verdict == Verdict::encrypted);
}

TEST_CASE("an examiner that is missing, dies, lies or says nothing gives an error") {
    Setup setup;
    SECTION("missing") {
        CHECK(setup.examine().reason == "examiner_start");
    }
    SECTION("killed") {
        setup.machine.examiner(std::string(encrypted_report) + "kill -9 $$\n");
        CHECK(setup.examine().reason == "examiner_died");
    }
    SECTION("other exit status") {
        setup.machine.examiner(std::string(encrypted_report) + "exit 1\n");
        CHECK(setup.examine().reason == "examiner_report");
    }
    SECTION("silent") {
        setup.machine.examiner("exit 0\n");
        CHECK(setup.examine().reason == "examiner_report");
    }
    CHECK(setup.recorder.event<core::MediumExamined>(0).examination.verdict == Verdict::error);
}

TEST_CASE("an examiner that ignores its deadline is killed and reported at once") {
    Setup setup({0s, 50ms});
    setup.machine.examiner("trap '' TERM INT HUP\nexec sleep 1000\n");
    const auto examination = setup.examine();
    CHECK(examination.verdict == Verdict::error);
    CHECK(examination.reason == "examiner_overdue");
}

TEST_CASE("an examiner that floods its pipe is stopped by its deadline") {
    Setup setup({0s, 300ms});
    setup.machine.examiner("exec cat /dev/zero\n");
    CHECK(setup.examine().verdict == Verdict::error);
}

TEST_CASE("a medium that leaves is not reported, and the next one gets its place") {
    Setup setup;
    setup.machine.examiner("case $3 in */sda) exec sleep 1000;; esac\n" +
                           std::string(encrypted_report) + "exit 0\n");
    for (int i = 0; i < 4; ++i) setup.gate.examine({"sda-" + std::to_string(i)});
    setup.gate.examine({"sdb-17"});
    setup.recorder.settle(setup.workers, "any");
    CHECK(setup.recorder.events.empty());
    setup.gate.left({"sda-2"});
    REQUIRE(setup.recorder.run_until_events(1));
    setup.recorder.settle(setup.workers, "any");
    REQUIRE(setup.recorder.events.size() == 1);
    CHECK(setup.recorder.event<core::MediumExamined>(0).id.value == "sdb-17");
}

TEST_CASE("the observer hears of the end after the verdict was reported") {
    Setup setup;
    setup.machine.examiner(std::string(encrypted_report) + "exit 0\n");
    std::string order;
    setup.gate.observe(
        {[&](const core::MediumId&) { order += "started "; },
         [&](const core::MediumId&) { order += std::to_string(setup.recorder.events.size()); }});
    setup.examine();
    CHECK(order == "started 1");
}

TEST_CASE(
    "admitting writes the admission, then announces a change of the disk and its partitions") {
    Setup setup;
    setup.gate.admit({"sdb-17"}, core::Admission::encrypted);
    const auto file = setup.machine.paths.run / "admitted/sdb-17";
    CHECK(FakeMachine::read(file) == "VAKTPOST_ADMITTED=encrypted");
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0644U);
    CHECK(setup.recorder.run_until([&] { return is_our_change(setup.uevent_of("sdb1")); }));
    CHECK(is_our_change(setup.uevent_of("sdb")));
    setup.gate.admit({"sdb-17"}, core::Admission::any);
    CHECK(FakeMachine::read(file) == "VAKTPOST_ADMITTED=any");
}

TEST_CASE("who is admitted to be read is waited for until the kernel refuses to write to it") {
    Setup setup;
    FakeMachine::write(setup.machine.block("sdb") / "ro", "0\n");
    setup.gate.admit({"sdb-17"}, core::Admission::read_only);
    CHECK(FakeMachine::read(setup.machine.paths.run / "admitted/sdb-17") ==
          "VAKTPOST_ADMITTED=read_only");
    REQUIRE(setup.recorder.run_until([&] { return is_our_change(setup.uevent_of("sdb1")); }));
    FakeMachine::write(setup.machine.block("sdb") / "ro", "1\n");
    setup.recorder.settle(setup.workers, "disk:sdb");
    CHECK(setup.recorder.events.empty());
}

TEST_CASE("what does not become read-only in time counts as not examined") {
    Setup setup({10s, 1s, 0s});
    FakeMachine::write(setup.machine.block("sdb") / "ro", "0\n");
    setup.gate.admit({"sdb-17"}, core::Admission::read_only);
    REQUIRE(setup.recorder.run_until_events(1));
    const auto& examined = setup.recorder.event<core::MediumExamined>(0);
    CHECK(examined.id.value == "sdb-17");
    CHECK(examined.examination.verdict == Verdict::error);
    CHECK(examined.examination.reason == "not_read_only");
}

TEST_CASE("closing removes the admission at once and announces a change") {
    Setup setup;
    REQUIRE(setup.admissions.admit({"sdb-17"}, core::Admission::any));
    setup.gate.close({"sdb-17"});
    CHECK_FALSE(setup.admissions.contains({"sdb-17"}));
    CHECK(setup.recorder.run_until([&] { return is_our_change(setup.uevent_of("sdb1")); }));
}

TEST_CASE("an admission for a medium that has been followed by another announces nothing") {
    Setup setup;
    setup.gate.admit({"sdb-16"}, core::Admission::encrypted);
    setup.recorder.settle(setup.workers, "disk:sdb");
    CHECK(setup.uevent_of("sdb").empty());
}

TEST_CASE("admissions of media that are gone are removed, others stay") {
    Setup setup;
    for (const char* id : {"sdb-16", "sdb-17", "sdc-3"})
        REQUIRE(setup.admissions.admit({id}, core::Admission::encrypted));
    setup.admissions.keep_only({{"sdb-17"}, {"sda-1"}});
    CHECK(setup.admissions.contains({"sdb-17"}));
    CHECK_FALSE(setup.admissions.contains({"sdb-16"}));
    CHECK_FALSE(setup.admissions.contains({"sdc-3"}));
    setup.gate.left({"sdb-17"});
    CHECK_FALSE(setup.admissions.contains({"sdb-17"}));
}
