// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "agent/core/result.h"

namespace vaktpost::control {

// Who is at the other end of a local socket, as the kernel noted when it connected.
struct Peer {
    uid_t uid = 0;
    std::vector<gid_t> groups;  // its primary one and its supplementary ones
};

// SO_PEERCRED and SO_PEERGROUPS, unix(7).
core::Result<Peer> peer_of(int socket);

// Root, or a member of the reviewers' group.
bool may_review(const Peer& peer, std::optional<gid_t> reviewers);

// A member of that group.
bool is_member(const Peer& peer, std::optional<gid_t> group);

// The id of a group in /etc/group; nothing where it has none. Reads that file alone: other sources
// of groups would ask the network, and load libraries into the agent.
std::optional<gid_t> local_group(const std::string& name);

// The same of a user in /etc/passwd.
std::optional<uid_t> local_user(const std::string& name);

}  // namespace vaktpost::control
