// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/peer.h"

#include <grp.h>
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
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/etc/group", "re"),
                                                               &std::fclose);
    if (!file) return std::nullopt;
    std::vector<char> buffer(4096);
    for (;;) {
        group entry{};
        group* found = nullptr;
        const int code = ::fgetgrent_r(file.get(), &entry, buffer.data(), buffer.size(), &found);
        if (code == ERANGE && buffer.size() < (1U << 20U))
            buffer.resize(buffer.size() * 2);
        else if (code != 0 || found == nullptr)
            return std::nullopt;
        else if (name == entry.gr_name)
            return entry.gr_gid;
    }
}

}  // namespace vaktpost::control
