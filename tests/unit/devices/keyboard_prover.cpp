// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/keyboard_prover.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/unit/devices/fake_machine.h"
#include "tests/unit/devices/recorder.h"

using namespace vaktpost;
using namespace vaktpost::test;

namespace {

// A script in the place of vaktpost-prove-keyboard; it may use $folder.
struct Setup {
    explicit Setup(const std::string& script) {
        const auto program = folder.path() / "prover";
        FakeMachine::write(program, "#!/bin/sh\nfolder=" + folder.path().string() + "\n" + script);
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    }

    bool there(const char* name) const { return std::filesystem::exists(folder.path() / name); }

    TemporaryFolder folder;
    Recorder recorder;
    platform::KeyboardProver prover{recorder.io, recorder.sink(), folder.path() / "prover"};
};

const core::ProveKeyboard request{{"1-2"}, {0}};

}  // namespace

TEST_CASE("a keyboard is proved by how its run ends, and the code is shown when it listens") {
    Setup setup("code=$(cat)\necho\n[ ${#code} = 6 ] && [ \"$1 $2\" = '1-2 0' ]");
    setup.prover.prove(request);
    REQUIRE(setup.recorder.run_until_events(2));
    CHECK(setup.recorder.event<core::ProofReady>(0).code.size() == 6);
    CHECK(setup.recorder.event<core::ProofEnded>(1).proof == core::Proof::passed);
}

TEST_CASE("how a run ends tells a wrong code from a keyboard that nobody could type on") {
    const auto [status, proof] =
        GENERATE(table<const char*, core::Proof>({{"exit 1", core::Proof::failed},
                                                  {"exit 3", core::Proof::none},
                                                  {"kill $$", core::Proof::failed}}));
    Setup setup(status);
    setup.prover.prove(request);
    REQUIRE(setup.recorder.run_until_events(1));
    CHECK(setup.recorder.event<core::ProofEnded>(0).proof == proof);
}

TEST_CASE("a run that begins anew waits until the one before has let go of the keyboard") {
    Setup setup(
        "if [ -e $folder/first ]; then kill -0 $(cat $folder/first) || : >$folder/alone; echo; "
        "exit 1; fi\n"
        "echo $$ >$folder/part && mv $folder/part $folder/first && exec sleep 60");
    setup.prover.prove(request);
    REQUIRE(setup.recorder.run_until([&] { return setup.there("first"); }));
    setup.prover.prove(request);
    REQUIRE(setup.recorder.run_until_events(2));
    CHECK(setup.there("alone"));
    CHECK(setup.recorder.all<core::ProofEnded>().size() == 1);
}

TEST_CASE("a run that is ended lets go of the keyboard, and nothing is heard of it") {
    Setup setup("echo $$ >$folder/part && mv $folder/part $folder/first && exec sleep 60");
    setup.prover.prove(request);
    REQUIRE(setup.recorder.run_until([&] { return setup.there("first"); }));
    const auto process = "/proc/" + FakeMachine::read(setup.folder.path() / "first");
    setup.prover.prove(request);
    setup.prover.end(request.device);
    CHECK(setup.recorder.run_until([&] { return !std::filesystem::exists(process); }));
    CHECK(setup.recorder.events.empty());
    setup.prover.end(request.device);
}
