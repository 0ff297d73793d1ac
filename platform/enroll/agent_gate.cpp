// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/agent_gate.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "platform/base/unique_fd.h"
#include "platform/devices/admissions.h"

namespace vaktpost::enroll {
namespace {

// Its socket's file outlives it: only a connection says that it is there.
bool agent_runs(const platform::DevicePaths& paths) {
    const std::string path = paths.run / "control.sock";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.data(), path.size());
    const platform::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return fd &&
           ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

core::Status leaves_it_alone(const std::string& path, const core::MediumId& medium,
                             const platform::DevicePaths& paths) {
    if (!agent_runs(paths) ||
        platform::Admissions(paths.run).admission_of(medium) == core::Admission::any)
        return core::Done{};
    return core::Error{EPERM, "enroll " + path,
                       "the agent on this machine would take it away meanwhile: enroll where "
                       "agent.toml says media = \"observe\" in [mode]"};
}

}  // namespace vaktpost::enroll
