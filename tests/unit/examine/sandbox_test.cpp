// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <string_view>

#include "tests/unit/examine/in_child.h"

using namespace vaktpost::examine;

namespace {

// What `attempt` comes to inside the sandbox; its result is the exit status.
template <class Attempt>
test::Ended confined(Attempt attempt) {
    return test::in_child(
        [attempt] { return enter_sandbox(std::chrono::seconds(10)) ? attempt() : 99; });
}

bool status_file_shows_no_rights() {
    std::array<char, 4096> buffer{};
    const int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    const auto size = read(file, buffer.data(), buffer.size());
    const std::string_view text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return text.find("CapPrm:\t0000000000000000") != text.npos &&
           text.find("CapEff:\t0000000000000000") != text.npos &&
           text.find("NoNewPrivs:\t1") != text.npos;
}

}  // namespace

TEST_CASE("in the sandbox a process has neither root nor a capability") {
    const auto child =
        confined([] { return geteuid() != 0 && status_file_shows_no_rights() ? 0 : 1; });
    CHECK(test::exited_with(child, 0));
}

TEST_CASE("the sandbox leaves reading and files in memory") {
    const auto child = confined([] {
        const int file = memfd_create("header", MFD_CLOEXEC);
        return ftruncate(file, off_t{1} << 40) == 0 && pwrite(file, "x", 1, 0) == 1 ? 0 : 1;
    });
    CHECK(test::exited_with(child, 0));
}

TEST_CASE("the sandbox ends a process that opens anything for writing") {
    CHECK(
        test::killed_by(confined([] { return open("/dev/null", O_WRONLY | O_CLOEXEC); }), SIGSYS));
    CHECK(test::killed_by(confined([] { return open("/dev/null", O_RDWR | O_CLOEXEC); }), SIGSYS));
    CHECK(test::killed_by(confined([] { return open("/tmp", O_TMPFILE | O_RDWR, 0600); }), SIGSYS));
}

TEST_CASE("the sandbox ends a process that runs a program, forks or opens a socket") {
    CHECK(test::killed_by(confined([] { return execl("/bin/true", "true", nullptr); }), SIGSYS));
    CHECK(test::killed_by(confined([] { return static_cast<int>(fork()); }), SIGSYS));
    CHECK(test::killed_by(confined([] { return socket(AF_UNIX, SOCK_STREAM, 0); }), SIGSYS));
}

TEST_CASE("the sandbox ends a process that makes memory executable") {
    const auto child = confined([] {
        const auto protection = PROT_READ | PROT_EXEC;
        return mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == nullptr ? 1
                                                                                              : 0;
    });
    CHECK(test::killed_by(child, SIGSYS));
}
