// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/workers.h"

#include <boost/asio/executor_work_guard.hpp>
#include <catch2/catch.hpp>
#include <csignal>
#include <future>
#include <memory>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using vaktpost::platform::Workers;

namespace {

// A loop that runs until told to stop, or for ten seconds at most.
struct Loop {
    boost::asio::io_context io;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        io.get_executor()};
    void run() { io.run_for(10s); }
};

// Something to hang on; shared, since a hung thread may outlive the test.
using Gate = std::shared_ptr<std::promise<void>>;

}  // namespace

TEST_CASE("work of one key runs in order and reports on the loop's thread") {
    Loop loop;
    Workers workers(loop.io);
    const auto here = std::this_thread::get_id();
    std::string order;
    workers.run(
        "stick", [&] { order += "1"; },
        [&] {
            CHECK(std::this_thread::get_id() == here);
            order += "a";
        });
    workers.run(
        "stick", [] {}, nullptr);
    loop.io.run_one_for(10s);
    workers.run(
        "stick", [&] { order += "2"; },
        [&] {
            order += "b";
            loop.io.stop();
        });
    loop.run();
    CHECK(order == "1a2b");
}

TEST_CASE("a worker that hangs delays nobody else") {
    Loop loop;
    const Gate gate = std::make_shared<std::promise<void>>();
    Workers workers(loop.io);
    std::string order;
    workers.run(
        "dying", [gate] { gate->get_future().wait(); },
        [&] {
            order += "dying";
            loop.io.stop();
        });
    workers.run(
        "healthy", [] {},
        [&, gate] {
            order += "healthy,";
            gate->set_value();
        });
    loop.run();
    CHECK(order == "healthy,dying");
}

TEST_CASE("workers that hang do not keep their owner from ending, and their results are dropped") {
    const Gate gate = std::make_shared<std::promise<void>>();
    const auto finished = std::make_shared<std::promise<void>>();
    const auto delivered = std::make_shared<bool>(false);
    {
        Loop loop;
        Workers workers(loop.io);
        const auto begun = std::make_shared<std::promise<void>>();
        workers.run(
            "dying",
            [gate, begun, finished] {
                begun->set_value();
                gate->get_future().wait();
                finished->set_value();
            },
            [delivered] { *delivered = true; });
        workers.run("dying", [delivered] { *delivered = true; });
        begun->get_future().wait();
    }
    gate->set_value();
    finished->get_future().wait();
    CHECK_FALSE(*delivered);
}

TEST_CASE("more keys than threads all get their turn") {
    Loop loop;
    Workers workers(loop.io);
    std::size_t done = 0;
    constexpr std::size_t keys = 3 * Workers::thread_limit;
    for (std::size_t i = 0; i < keys; ++i)
        workers.run(
            std::to_string(i), [] {},
            [&] {
                if (++done == keys) loop.io.stop();
            });
    loop.run();
    CHECK(done == keys);
}

TEST_CASE("a worker takes no signal") {
    Loop loop;
    Workers workers(loop.io);
    bool blocked = false;
    workers.run(
        "any",
        [&] {
            sigset_t mask;
            ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
            blocked = ::sigismember(&mask, SIGTERM) == 1 && ::sigismember(&mask, SIGCHLD) == 1;
        },
        [&] { loop.io.stop(); });
    loop.run();
    CHECK(blocked);
}

TEST_CASE("a thread that has nothing left to do takes what comes next, whatever its key") {
    Loop loop;
    Workers workers(loop.io);
    std::thread::id first;
    std::thread::id second;
    workers.run(
        "read", [&] { first = std::this_thread::get_id(); },
        [&] {
            workers.run(
                "switch", [&] { second = std::this_thread::get_id(); }, [&] { loop.io.stop(); });
        });
    loop.run();
    CHECK(first == second);
}
