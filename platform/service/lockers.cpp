// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/service/lockers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "platform/base/small_file.h"

namespace vaktpost::platform {

namespace {

// As /proc/PID/comm tells them: 15 bytes at most.
constexpr std::array<std::string_view, 3> locker_names{"swaylock", "i3lock", "xsecurelock"};
constexpr std::string_view locker_profile = "vaktpost-locker";

std::string content(const std::filesystem::path& path) {
    auto text = read_small(path);
    return text ? std::move(*text) : std::string();
}

// A live process of that real user: an effective one may be somebody else's for a moment. proc(5):
// "Uid:\t1000\t…".
bool lives_for(const std::filesystem::path& process, std::uint32_t uid) {
    constexpr std::string_view key = "\nUid:\t";
    const auto status = content(process / "status");
    const auto found = status.find(key);
    if (found == std::string::npos || status.find("\nState:\tZ") != std::string::npos) return false;
    std::uint32_t owner = 0;
    const char* begin = status.data() + found + key.size();
    return std::from_chars(begin, status.data() + status.size(), owner).ec == std::errc() &&
           owner == uid;
}

bool is_locker(const std::filesystem::path& process) {
    const auto label = content(process / "attr" / "current");
    if (label.compare(0, locker_profile.size(), locker_profile) == 0) return true;
    auto name = content(process / "comm");
    if (!name.empty() && name.back() == '\n') name.pop_back();
    return std::find(locker_names.begin(), locker_names.end(), name) != locker_names.end();
}

}  // namespace

bool locker_runs(std::uint32_t uid, const std::filesystem::path& proc) {
    std::error_code failed;
    std::filesystem::directory_iterator processes(proc, failed);
    for (; !failed && processes != std::filesystem::directory_iterator();
         processes.increment(failed)) {
        const auto name = processes->path().filename().string();
        if (name.find_first_not_of("0123456789") == std::string::npos &&
            is_locker(processes->path()) && lives_for(processes->path(), uid))
            return true;
    }
    return false;
}

}  // namespace vaktpost::platform
