// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fcntl.h>
#include <linux/input.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "agent/core/time.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::test {

inline core::Instant at_ms(long milliseconds) {
    return core::Instant(std::chrono::milliseconds(milliseconds));
}

// Stands for an evdev descriptor: what is written comes out as the kernel's events would.
class InputPipe {
  public:
    InputPipe() {
        int ends[2];
        REQUIRE(pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0);
        out.reset(ends[0]);
        in_.reset(ends[1]);
    }
    void put(long milliseconds, int type, int code, int value) {
        input_event event{};
        event.input_event_sec = milliseconds / 1000;
        event.input_event_usec = milliseconds % 1000 * 1000;
        event.type = static_cast<std::uint16_t>(type);
        event.code = static_cast<std::uint16_t>(code);
        event.value = value;
        REQUIRE(write(in_.get(), &event, sizeof event) == sizeof event);
    }
    // One packet: the event and its SYN_REPORT.
    void packet(long milliseconds, int type, int code, int value) {
        put(milliseconds, type, code, value);
        put(milliseconds, EV_SYN, SYN_REPORT, 0);
    }
    // Whether any epoll set of this process holds it, so that its events would wake somebody.
    [[nodiscard]] bool polled() const {
        struct stat info {};
        REQUIRE(fstat(out.get(), &info) == 0);
        char inode[32];
        std::snprintf(inode, sizeof inode, "ino:%lx ", static_cast<unsigned long>(info.st_ino));
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fdinfo")) {
            std::ifstream file(entry.path());
            for (std::string line; std::getline(file, line);)
                if (line.starts_with("tfd:") && line.find(inode) != std::string::npos) return true;
        }
        return false;
    }
    void unplug() { in_.reset(); }

    platform::UniqueFd out;

  private:
    platform::UniqueFd in_;
};

}  // namespace vaktpost::test
