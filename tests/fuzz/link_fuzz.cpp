// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes from a receiver and from a proxy: no crash, nothing acknowledged that was not sent, not
// more than was sent, no matter how the bytes are cut.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/link/http_proxy.h"
#include "platform/link/relp_session.h"
#include "platform/link/syslog_message.h"

using namespace vaktpost::link;

namespace {

constexpr std::size_t messages = 5;

std::size_t arrived(std::string_view bytes, std::size_t piece) {
    RelpSession session;
    std::string output;
    session.open(output);
    std::size_t sent = 0;
    std::size_t count = 0;
    while (!bytes.empty()) {
        const auto trouble = session.received(bytes.substr(0, piece));
        count += session.take_arrived();
        if (count > sent) std::abort();
        if (trouble) return count;
        for (; session.ready() && sent < messages; ++sent) session.send("x", output);
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (arrived(text, 1) > messages || arrived(text, 4096) > messages) std::abort();
    ProxyAnswer answer;
    for (const char byte : text)
        if (answer.take(byte)) {
            static_cast<void>(answer.outcome());
            break;
        }
    if (!std::string_view(syslog_message(text)).ends_with(text)) std::abort();
    return 0;
}
