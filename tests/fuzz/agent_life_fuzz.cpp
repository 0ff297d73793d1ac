// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes in the files of /run/vaktpost, and as an answer of the agent's: no crash, no number
// beyond its range, no session id that could name another unit.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "platform/service/agent_life.h"
#include "platform/service/agent_socket.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vaktpost;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto rule = platform::parse_agent_lost_rule(text)) {
        if (rule->deadline < core::Duration(0) || rule->deadline > std::chrono::hours(1))
            std::abort();
        for (const auto& session : rule->spared)
            if (session.empty() || session.value.find_first_of("/.@\n ") != std::string::npos)
                std::abort();
    }
    if (const auto end = platform::parse_run_end(text))
        if (end->result.empty() || end->at < core::Instant()) std::abort();
    if (const auto count = platform::parse_locked_meanwhile(text))
        if (*count < 0) std::abort();
    static_cast<void>(platform::parse_agent_answer(text));
    return 0;
}
