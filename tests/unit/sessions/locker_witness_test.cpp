// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/locker_witness.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace vaktpost;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

namespace {

constexpr uid_t nurse = 1000;
const core::SessionId session{"2"};
const core::SessionId other{"3"};

// A real process that does nothing until it is ended.
class Child {
  public:
    Child() : pid_(::fork()) {
        REQUIRE(pid_ >= 0);
        if (pid_ > 0) return;
        ::alarm(120);
        while (true) ::pause();
    }
    ~Child() { end(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    void become_zombie() const {
        ::kill(pid_, SIGKILL);
        siginfo_t info{};
        REQUIRE(::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) == 0);
    }
    void end() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }

  private:
    pid_t pid_;
};

// What /proc would say of the children if they were a nurse's lockers.
struct Stage {
    Stage() {
        char name[] = "/tmp/witness-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        proc = name;
    }
    ~Stage() { std::filesystem::remove_all(proc); }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    struct Shown {
        std::string label = "unconfined";
        uid_t user = nurse;
        std::string cgroup = "/user.slice/user-1000.slice/session-2.scope";
        std::string state = "S (sleeping)";
    };
    void show(const Child& child) { show(child, Shown{}); }
    void show(const Child& child, const Shown& shown) {
        const auto folder = proc / std::to_string(child.pid());
        std::filesystem::create_directories(folder / "attr");
        const auto user = std::to_string(shown.user);
        std::ofstream(folder / "status")
            << "Name:\tx\nState:\t" << shown.state << "\nUid:\t" << user << '\t' << user << '\t'
            << user << '\t' << user << '\n';
        std::ofstream(folder / "cgroup") << "0::" << shown.cgroup << '\n';
        std::ofstream(folder / "attr" / "current") << shown.label << '\n';
    }
    void show_confined(const Child& child) {
        Shown shown;
        shown.label = "vaktpost-locker (enforce)";
        show(child, shown);
    }

    void note(const core::Event& event) {
        if (const auto* locked = std::get_if<core::SessionLocked>(&event))
            say("locked ", locked->id, locked->witness);
        else if (const auto* unlocked = std::get_if<core::SessionUnlocked>(&event))
            say("unlocked ", unlocked->id, unlocked->witness);
        else if (const auto* lost = std::get_if<core::WitnessLost>(&event))
            say("lost ", lost->id, lost->witness);
        else
            told.emplace_back("unexpected");
    }
    void say(const char* what, const core::SessionId& id, core::Witness as) {
        told.push_back(what + id.value + " " + std::string(core::to_string(as)));
    }

    bool until_told(std::size_t count) {
        const auto limit = std::chrono::steady_clock::now() + 20s;
        while (told.size() < count && std::chrono::steady_clock::now() < limit) io.run_for(5ms);
        return told.size() == count;
    }
    void let_run() {
        io.restart();
        io.poll();
    }

    boost::asio::io_context io;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        io.get_executor()};
    std::filesystem::path proc;
    Strings told;
};

struct WitnessStage : Stage {
    platform::LockerWitness witness{io, [this](const core::Event& event) { note(event); }, proc};
};

}  // namespace

TEST_CASE_METHOD(WitnessStage, "a user's living process is the word of a locker") {
    const Child child;
    show(child);
    CHECK(witness.claimed(session, nurse, child.pid()));
    CHECK(told == Strings{"locked 2 locker"});
}

TEST_CASE_METHOD(WitnessStage, "a process under the locker's profile is a confined locker") {
    const Child child;
    show_confined(child);
    CHECK(witness.claimed(session, nurse, child.pid()));
    CHECK(told == Strings{"locked 2 confined_locker"});
}

TEST_CASE_METHOD(WitnessStage, "the same claim again changes nothing") {
    const Child child;
    show(child);
    CHECK(witness.claimed(session, nurse, child.pid()));
    CHECK(witness.claimed(session, nurse, child.pid()));
    CHECK(told == Strings{"locked 2 locker"});
}

TEST_CASE_METHOD(WitnessStage, "another user's process is nobody's locker") {
    const Child child;
    show(child, {.user = 1001});
    CHECK_FALSE(witness.claimed(session, nurse, child.pid()));
    CHECK(told.empty());
}

TEST_CASE_METHOD(WitnessStage, "a process outside of the user's sessions is nobody's locker") {
    const Child child;
    show(child, {.cgroup = "/system.slice/cron.service"});
    CHECK_FALSE(witness.claimed(session, nurse, child.pid()));
    CHECK(told.empty());
}

TEST_CASE_METHOD(WitnessStage, "a zombie covers nothing, whatever its status still says") {
    const Child child;
    show(child);
    child.become_zombie();
    CHECK_FALSE(witness.claimed(session, nurse, child.pid()));
    show(child, {.state = "Z (zombie)"});
    CHECK_FALSE(witness.claimed(session, nurse, child.pid()));
    CHECK(told.empty());
}

TEST_CASE_METHOD(WitnessStage,
                 "a number that is no process, or that cannot be looked at, is refused") {
    const Child child;
    for (const pid_t pid : {0, -1, 0x7fffffff, child.pid()})
        CHECK_FALSE(witness.claimed(session, nurse, pid));
    CHECK(told.empty());
}

TEST_CASE_METHOD(WitnessStage, "a locker that ends without a word is a lost witness") {
    Child child;
    show_confined(child);
    CHECK(witness.claimed(session, nurse, child.pid()));
    child.end();
    REQUIRE(until_told(2));
    CHECK(told.back() == "lost 2 confined_locker");
}

TEST_CASE_METHOD(WitnessStage, "a locker that ends with the word of its session program unlocks") {
    Child child;
    show(child);
    CHECK(witness.claimed(session, nurse, child.pid()));
    child.end();
    let_run();
    witness.unlocked(session);
    CHECK(told == Strings{"locked 2 locker", "unlocked 2 locker"});
    io.run_for(400ms);
    CHECK(told.size() == 2);
}

TEST_CASE_METHOD(WitnessStage, "the word may come before the end, and the end then says nothing") {
    Child child;
    show(child);
    CHECK(witness.claimed(session, nurse, child.pid()));
    witness.unlocked(session);
    child.end();
    io.run_for(400ms);
    CHECK(told == Strings{"locked 2 locker", "unlocked 2 locker"});
}

TEST_CASE_METHOD(WitnessStage, "a new locker does not hide that the one before it ended") {
    Child first;
    const Child second;
    show(first);
    show(second);
    CHECK(witness.claimed(session, nurse, first.pid()));
    first.end();
    let_run();
    CHECK(witness.claimed(session, nurse, second.pid()));
    CHECK(told == Strings{"locked 2 locker", "lost 2 locker", "locked 2 locker"});
    io.run_for(400ms);
    CHECK(told.size() == 3);
}

TEST_CASE_METHOD(WitnessStage, "of two lockers that live, one may end") {
    Child first;
    const Child second;
    show(first);
    show(second);
    CHECK(witness.claimed(session, nurse, first.pid()));
    CHECK(witness.claimed(session, nurse, second.pid()));
    first.end();
    io.run_for(400ms);
    CHECK(told == Strings{"locked 2 locker", "locked 2 locker"});
}

TEST_CASE_METHOD(WitnessStage,
                 "a plain process beside it does not stand in for a confined locker") {
    Child confined;
    const Child plain;
    show_confined(confined);
    show(plain);
    CHECK(witness.claimed(session, nurse, confined.pid()));
    CHECK(witness.claimed(session, nurse, plain.pid()));
    confined.end();
    REQUIRE(until_told(3));
    CHECK(told.back() == "lost 2 confined_locker");
    witness.unlocked(session);
    CHECK(told.back() == "unlocked 2 locker");
}

TEST_CASE_METHOD(WitnessStage, "sessions do not speak for each other") {
    const Child child;
    show(child);
    CHECK(witness.claimed(session, nurse, child.pid()));
    witness.unlocked(other);
    witness.closed(other);
    CHECK(told == Strings{"locked 2 locker"});
}

TEST_CASE_METHOD(WitnessStage, "nothing is reported of a session that has closed") {
    Child child;
    show(child);
    CHECK(witness.claimed(session, nurse, child.pid()));
    witness.closed(session);
    child.end();
    witness.unlocked(session);
    io.run_for(400ms);
    CHECK(told.size() == 1);
}

TEST_CASE_METHOD(WitnessStage, "a session cannot claim without end") {
    std::vector<std::unique_ptr<Child>> children;
    for (int i = 0; i < 6; ++i) children.push_back(std::make_unique<Child>());
    for (const auto& child : children) {
        show(*child);
        static_cast<void>(witness.claimed(session, nurse, child->pid()).ok());
    }
    CHECK(told.size() == 4);
    CHECK(witness.claimed(other, nurse, children.back()->pid()));
}
