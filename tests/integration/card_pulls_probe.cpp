// SPDX-License-Identifier: GPL-3.0-or-later
// From a pulled card to the request to lock, as the agent does it: the real card source, the real
// decisions under the default policy, one open session. The session's lock is confirmed as soon as
// it is asked for.
//   card_pulls_probe FIFO   FIFO: where pcscd logs to, and other programs may write lines too
// Each line on standard output: CLOCK_BOOTTIME in microseconds, a word, a detail.
//   report     pcscd has logged that a card was removed, right before it tells its clients
//   peer       another program has written "peer" into FIFO
//   inserted   the card source reported a card
//   bound      the session depends on a card now
//   lock       core asks for the session to be locked
//   unlocked   the session is open
// A byte on standard input unlocks the session; its end ends the program.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <string>
#include <thread>
#include <variant>

#include "agent/core/decide.h"
#include "agent/deadline_queue.h"
#include "platform/base/clock.h"
#include "smartcard/pcsc_source.h"
#include "tests/integration/card_source_loop.h"

using namespace vaktpost;

namespace {

const core::SessionId session_id{"2"};

void print(const char* word, core::Instant at, const std::string& detail = {}) {
    std::printf("%" PRId64 " %s %s\n", static_cast<std::int64_t>(at.time_since_epoch().count()),
                word, detail.c_str());
    std::fflush(stdout);
}

// A thread of its own, so that the clock is read beside the decision and not after it. Never ends
// by itself: we hold the writing end too.
void time_lines(const std::string& fifo) {
    std::thread([fd = ::open(fifo.c_str(), O_RDWR | O_CLOEXEC)] {
        std::string line;
        std::array<char, 4096> buffer{};
        for (;;) {
            const auto size = ::read(fd, buffer.data(), buffer.size());
            const auto now = platform::now();
            for (ssize_t i = 0; i < size; ++i) {
                if (buffer[static_cast<std::size_t>(i)] != '\n') {
                    line += buffer[static_cast<std::size_t>(i)];
                    continue;
                }
                if (line.find("Card Removed From") != std::string::npos) print("report", now);
                if (line == "peer") print("peer", now);
                line.clear();
            }
        }
    }).detach();
}

// The agent's main path: an event comes, core decides, the actions are performed.
class Guard {
  public:
    explicit Guard(boost::asio::io_context& io)
        : io_(io), deadlines_(io, [this](const auto& id) { handle(core::DeadlineReached{id}); }) {
        handle(core::AgentStarted{.version = "test", .previous_result = {}, .away = {}});
        handle(core::SourceBack{core::Source::sessions, {}});
        handle(core::SessionOpened{{.id = session_id,
                                    .uid = 1000,
                                    .user = "nurse",
                                    .seat = {"seat0"},
                                    .session_class = core::SessionClass::graphical,
                                    .active = true}});
    }

    void handle(core::Event event) {
        if (const auto* card = std::get_if<core::CardInserted>(&event))
            print("inserted", platform::now(), card->reader.value);
        for (const auto& action : core::decide(state_, policy_, event, platform::now()))
            perform(action);
        const bool bound = !state_.sessions[session_id].bound.empty();
        if (bound && !bound_) print("bound", platform::now());
        bound_ = bound;
    }

    void unlock() {
        handle(core::SessionUnlocked{session_id, core::Witness::confined_locker});
        print("unlocked", platform::now());
    }

  private:
    void perform(const core::Action& action) {
        if (const auto* set = std::get_if<core::SetDeadline>(&action))
            deadlines_.set(set->id, set->at);
        else if (const auto* cancel = std::get_if<core::CancelDeadline>(&action))
            deadlines_.cancel(cancel->id);
        else if (const auto* lock = std::get_if<core::LockSession>(&action))
            lock_session(lock->step);
    }
    void lock_session(core::LockStep step) {
        print("lock", platform::now(), std::string(core::to_string(step)));
        boost::asio::post(io_, [this, step] {
            handle(core::LockSignalled{session_id, step, true});
            handle(core::SessionLocked{session_id, core::Witness::confined_locker});
        });
    }

    boost::asio::io_context& io_;
    core::Policy policy_;
    core::State state_;
    DeadlineQueue deadlines_;
    bool bound_ = false;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    time_lines(argv[1]);
    boost::asio::io_context loop;
    Guard guard{loop};
    smartcard::PcscSource source{loop, [&](core::Event event) { guard.handle(std::move(event)); }};
    test::run_until_input_ends(loop, source, std::chrono::seconds{10}, [&] { guard.unlock(); });
    std::fflush(stdout);
    ::_exit(0);  // the thread that reads the log has no end
}
