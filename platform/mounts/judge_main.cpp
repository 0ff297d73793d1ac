// SPDX-License-Identifier: GPL-3.0-or-later
// vaktpost-judge-mounts: looks at what the mounts stand on that the agent named, undoes those that
// nothing encrypts, says so to the agent, and goes. It asks the kernel itself: the agent may name a
// mount, not have any mount undone.
#include <sys/mount.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "agent/core/result.h"
#include "platform/base/journal.h"
#include "platform/devices/sysfs.h"
#include "platform/mounts/dm_table.h"
#include "platform/mounts/mount_chain.h"
#include "platform/service/agent_socket.h"

namespace {

using namespace vaktpost;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr int wrong_usage = 64;
constexpr const char* requests = "/run/vaktpost/mounts";
constexpr const char* socket_path = "/run/vaktpost/control.sock";
constexpr core::Duration answer_limit = 1s;
constexpr int rounds = 8;  // mounts on top of each other in one place

constexpr const char* help =
    "Usage: vaktpost-judge-mounts | vaktpost-judge-mounts --help | --version\n"
    "\n"
    "Started by systemd as vaktpost-mounts.service, when vaktpostd names mounted\n"
    "devices in /run/vaktpost/mounts. Undoes mounts of removable and external disks\n"
    "that nothing encrypts.\n";

std::vector<platform::Mount> mounts_of(const std::string& device) {
    auto mounts = platform::mounts_now({});
    std::erase_if(mounts, [&](const auto& mount) { return mount.number != device; });
    return mounts;
}

core::MountVerdict judge(const platform::Mount& mount) {
    const platform::DevicePaths paths;
    const auto chain = platform::ChainWalk(paths, platform::mapping_of).below(mount);
    const bool bypass = std::any_of(chain.disks.begin(), chain.disks.end(),
                                    [](const core::MountedDisk& disk) { return !disk.system; });
    if (!bypass) return core::MountVerdict::encrypted;
    return chain.null_cipher ? core::MountVerdict::null_cipher : core::MountVerdict::plain;
}

// Whether it is the mount that umount(2) would take there: the newest in that place.
bool is_on_top(const platform::Mount& mount) {
    std::string number;
    for (const auto& each : platform::mounts_now({}))
        if (each.point == mount.point) number = each.number;
    return number == mount.number;
}

// The newest first: a mount may hide another one in the same place. Below another one's it stays.
bool undo(const std::string& device) {
    for (int i = 0; i < rounds; ++i) {
        auto mounts = mounts_of(device);
        if (mounts.empty()) return true;
        std::reverse(mounts.begin(), mounts.end());
        for (const auto& mount : mounts)
            if (is_on_top(mount) &&
                ::umount2(mount.point.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0)
                platform::warn(core::system_error(errno, "undo a mount").text());
    }
    return mounts_of(device).empty();
}

void tell(const std::string& device, core::MountVerdict verdict, bool undone) {
    const std::string line = R"({"op":"mount_judged","mount":")" + device + R"(","verdict":")" +
                             std::string(core::to_string(verdict)) +
                             (undone ? R"(","undone":true})" : R"(","undone":false})") + "\n";
    if (!platform::ask_agent(socket_path, line, answer_limit))
        platform::warn("the agent did not hear what became of a mount");
}

void handle(const std::string& device) {
    std::error_code ignored;
    fs::remove(fs::path(requests) / device, ignored);
    const auto mounts = mounts_of(device);
    if (mounts.empty()) return;
    const auto verdict = judge(mounts.front());
    tell(device, verdict, verdict != core::MountVerdict::encrypted && undo(device));
}

int judge_all() {
    for (const auto& name : platform::names_in(requests)) handle(name);
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 1) return judge_all();
    const std::string_view argument = argc == 2 ? argv[1] : "";
    if (argument == "--help") return std::fputs(help, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    if (argument == "--version")
        return std::puts("vaktpost-judge-mounts " VAKTPOST_VERSION) < 0 ? EXIT_FAILURE
                                                                        : EXIT_SUCCESS;
    std::fputs("vaktpost-judge-mounts: wrong usage, see vaktpost-judge-mounts --help\n", stderr);
    return wrong_usage;
}
