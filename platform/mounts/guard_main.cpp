// SPDX-License-Identifier: GPL-3.0-or-later
// vaktpost-mount-guard: puts the mount guard into the kernel, where it stays, and goes.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string_view>

#include "platform/base/journal.h"
#include "platform/devices/disk_reading.h"
#include "platform/devices/sysfs.h"
#include "platform/mounts/guard_maps.h"
#include "platform/mounts/guard_program.h"
#include "platform/mounts/recognised_disks.h"

namespace {

using namespace vaktpost;

constexpr int wrong_usage = 64;
constexpr const char* program_file = "/usr/libexec/vaktpost/mount_guard.bpf.o";

constexpr const char* help =
    "Usage: vaktpost-mount-guard load | recognise | status | unload | --help | --version\n"
    "\n"
    "load       let the kernel refuse mounts of removable and external disks that\n"
    "           nothing encrypts; done at boot, by vaktpost-mount-guard.service\n"
    "recognise  tell it which disks are internal or the system's own; done by udev\n"
    "           for each new disk\n"
    "status     0: it is in force; 1: it is not\n"
    "unload     take it out of the kernel\n";

int failed(const core::Error& error) {
    platform::warn(error.text());
    return EXIT_FAILURE;
}

int load() {
    const auto loaded = platform::load_guard(program_file, platform::GuardMaps::folder,
                                             platform::recognised_disks({}));
    return loaded ? EXIT_SUCCESS : failed(loaded.error());
}

std::set<std::uint64_t> present_sequences() {
    std::set<std::uint64_t> sequences;
    const std::filesystem::path folder = "/sys/class/block";
    for (const auto& disk : platform::present_disks({}))
        sequences.insert(platform::read_number(folder / disk / "diskseq").value_or(0));
    return sequences;
}

// Not loaded is no failure of udev's: what the kernel holds back by itself it holds back then too.
int recognise() {
    auto maps = platform::GuardMaps::open();
    if (!maps) return EXIT_SUCCESS;
    maps->keep_only(present_sequences());
    for (const auto& disk : platform::recognised_disks({}))
        if (const auto granted = maps->grant(disk, VAKTPOST_GRANT_ANY); !granted)
            return failed(granted.error());
    return EXIT_SUCCESS;
}

int status() {
    const auto maps = platform::GuardMaps::open();
    if (!maps) return std::puts("not in force"), EXIT_FAILURE;
    std::printf("in force, %zu disks granted\n", maps->count());
    return EXIT_SUCCESS;
}

int unload() {
    const auto unloaded = platform::unload_guard(platform::GuardMaps::folder);
    return unloaded ? EXIT_SUCCESS : failed(unloaded.error());
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc == 2 ? argv[1] : "";
    if (argument == "load") return load();
    if (argument == "recognise") return recognise();
    if (argument == "status") return status();
    if (argument == "unload") return unload();
    if (argument == "--help") return std::fputs(help, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    if (argument == "--version")
        return std::puts("vaktpost-mount-guard " VAKTPOST_VERSION) < 0 ? EXIT_FAILURE
                                                                       : EXIT_SUCCESS;
    std::fputs("vaktpost-mount-guard: wrong usage, see vaktpost-mount-guard --help\n", stderr);
    return wrong_usage;
}
