// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/peer.h"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace vaktpost::control {
namespace {

core::Result<std::vector<gid_t>> supplementary_groups(int socket) {
    std::vector<gid_t> groups(16);
    for (;;) {
        auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
        const int code = ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
        if (code != 0 && errno != ERANGE)
            return core::system_error(errno, "read the peer's groups");
        groups.resize(size / sizeof(gid_t));  // ERANGE: what it takes
        if (code == 0) return groups;
    }
}

// Of a file that is read line by line, as group(5) and passwd(5). What it points to is gone with
// the call: the numbers alone may be used.
template <class Entry, auto Next>
std::optional<Entry> entry_named(const char* path, const std::string& name, char* Entry::*field) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path, "re"),
                                                               &std::fclose);
    if (!file) return std::nullopt;
    std::vector<char> buffer(4096);
    for (;;) {
        Entry entry{};
        Entry* found = nullptr;
        const int code = Next(file.get(), &entry, buffer.data(), buffer.size(), &found);
        if (code == ERANGE && buffer.size() < (1U << 20U))
            buffer.resize(buffer.size() * 2);
        else if (code != 0 || found == nullptr)
            return std::nullopt;
        else if (name == entry.*field)
            return entry;
    }
}

}  // namespace

core::Result<Peer> peer_of(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return core::system_error(errno, "read the peer's credentials");
    auto groups = supplementary_groups(socket);
    if (!groups) return groups.error();
    groups->push_back(credentials.gid);
    return Peer{credentials.uid, std::move(*groups)};
}

bool is_member(const Peer& peer, std::optional<gid_t> group) {
    return group && std::find(peer.groups.begin(), peer.groups.end(), *group) != peer.groups.end();
}

bool may_review(const Peer& peer, std::optional<gid_t> reviewers) {
    return peer.uid == 0 || is_member(peer, reviewers);
}

std::optional<gid_t> local_group(const std::string& name) {
    const auto found = entry_named<group, ::fgetgrent_r>("/etc/group", name, &group::gr_name);
    return found ? std::optional(found->gr_gid) : std::nullopt;
}

std::optional<uid_t> local_user(const std::string& name) {
    const auto found = entry_named<passwd, ::fgetpwent_r>("/etc/passwd", name, &passwd::pw_name);
    return found ? std::optional(found->pw_uid) : std::nullopt;
}

}  // namespace vaktpost::control
