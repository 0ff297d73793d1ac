// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/session.h"

#include "platform/link/relp_session.h"
#include "platform/link/syslog_session.h"

namespace vaktpost::link {

std::unique_ptr<Session> make_session(config::Transport transport) {
    if (transport == config::Transport::syslog) return std::make_unique<SyslogSession>();
    return std::make_unique<RelpSession>();
}

}  // namespace vaktpost::link
