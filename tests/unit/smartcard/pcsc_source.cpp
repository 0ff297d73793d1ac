// SPDX-License-Identifier: GPL-3.0-or-later
// The source against a socket on which nobody speaks pcscd's language; the real one is met in
// tests/integration/card_source.py.
#include "smartcard/pcsc_source.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstring>

#include "platform/base/unique_fd.h"
#include "reading_maker.h"
#include "temp_folder.h"

using namespace vaktpost;
using namespace vaktpost::smartcard;
using namespace vaktpost::smartcard::test;
using namespace std::chrono_literals;

namespace {

// libpcsclite reads its variable once in a process: one folder for all tests here.
const std::filesystem::path& socket_path() {
    static const TempFolder folder;
    static const std::filesystem::path path = [] {
        auto socket = folder.path() / "pcscd.comm";
        ::setenv("PCSCLITE_CSOCK_NAME", socket.c_str(), 1);
        return socket;
    }();
    return path;
}

// Listens like systemd for a pcscd that never comes up.
platform::UniqueFd listen_at(const std::filesystem::path& path) {
    platform::UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd.get(), 4) == 0);
    return fd;
}

struct Running {
    boost::asio::io_context loop;
    Words seen;
    PcscSource source{loop, [this](const core::Event& event) { seen.push_back(word(event)); }};

    void run_until_seen(std::size_t events) {
        const auto work = boost::asio::make_work_guard(loop);
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (seen.size() < events && std::chrono::steady_clock::now() < until)
            loop.run_one_for(100ms);
    }
};

}  // namespace

TEST_CASE("without pcscd the source is lost, once, and can be stopped") {
    (void)socket_path();
    Running r;
    r.source.start();
    r.run_until_seen(1);
    CHECK(r.seen == Words{"source lost"});
    const auto work = boost::asio::make_work_guard(r.loop);
    r.loop.run_for(500ms);
    CHECK(r.seen == Words{"source lost"});
    r.source.stop();
    r.source.stop();
}

TEST_CASE("a stop right after the start leaves nothing to report") {
    (void)socket_path();
    for (int i = 0; i < 20; ++i) {
        Running r;
        r.source.start();
        r.source.stop();
        r.loop.run();
        CHECK(r.seen.empty());
    }
}

TEST_CASE("a source that was never started can be stopped and checked") {
    (void)socket_path();
    Running r;
    r.source.stop();
    r.source.check();
    CHECK(r.seen.empty());
}

TEST_CASE("a look that is asked for at any time does not hold up the stop") {
    (void)socket_path();
    Running r;
    r.source.rescan();
    r.source.start();
    for (int i = 0; i < 100; ++i) r.source.rescan();
    r.source.stop();
    r.source.rescan();
    r.loop.run();
    CHECK(r.seen.empty());
}

TEST_CASE("a pcscd that takes the connection and says nothing does not hold up the stop") {
    const auto& path = socket_path();
    const auto listener = listen_at(path);
    Running r;
    r.source.start();
    platform::UniqueFd peer{::accept(listener.get(), nullptr, nullptr)};
    REQUIRE(peer);
    const auto before = std::chrono::steady_clock::now();
    r.source.stop();
    CHECK(std::chrono::steady_clock::now() - before < 10s);
    r.loop.run();
    CHECK(r.seen.empty());
    peer.reset();  // lets the thread that was left behind end
    std::filesystem::remove(path);
}

TEST_CASE("a pcscd that hangs up is lost with its cause") {
    const auto& path = socket_path();
    Running r;
    {
        const auto listener = listen_at(path);
        r.source.start();
        const platform::UniqueFd peer{::accept(listener.get(), nullptr, nullptr)};
    }
    std::filesystem::remove(path);
    r.run_until_seen(1);
    CHECK(r.seen == Words{"source lost"});
    r.source.stop();
}
