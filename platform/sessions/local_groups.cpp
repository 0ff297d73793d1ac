// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/local_groups.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>

namespace vaktpost::platform {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// Calls `take` for each entry until it returns false. A line longer than any sane one ends it.
template <class Entry, class Next, class Take>
void each_entry(const char* path, Next next, Take take) {
    constexpr std::size_t longest = 1U << 20U;
    const File file(std::fopen(path, "re"), &std::fclose);
    if (!file) return;
    std::vector<char> buffer(4096);
    for (;;) {
        Entry entry{};
        Entry* found = nullptr;
        const int code = next(file.get(), &entry, buffer.data(), buffer.size(), &found);
        if (code == ERANGE && buffer.size() < longest)
            buffer.resize(buffer.size() * 2);
        else if (code != 0 || found == nullptr || !take(entry))
            return;
    }
}

std::optional<gid_t> primary_group(const std::string& user) {
    std::optional<gid_t> primary;
    each_entry<passwd>("/etc/passwd", ::fgetpwent_r, [&](const passwd& entry) {
        if (user != entry.pw_name) return true;
        primary = entry.pw_gid;
        return false;
    });
    return primary;
}

bool has_member(const group& entry, const std::string& user) {
    for (char** member = entry.gr_mem; *member != nullptr; ++member)
        if (user == *member) return true;
    return false;
}

}  // namespace

std::vector<std::string> local_groups(const std::string& user) {
    std::vector<std::string> names;
    if (user.empty()) return names;
    const auto primary = primary_group(user);
    each_entry<group>("/etc/group", ::fgetgrent_r, [&](const group& entry) {
        if (entry.gr_gid == primary || has_member(entry, user)) names.emplace_back(entry.gr_name);
        return true;
    });
    return names;
}

}  // namespace vaktpost::platform
