// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a line from the agent: no crash, commands are whole, and what goes into markup,
// paths and lines of our own is harmless there.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "platform/session_helper/protocol.h"

namespace {

using namespace vaktpost::session_helper;

void check(const Arguments& arguments) {
    std::size_t count = 0;
    while (arguments.argv()[count] != nullptr) ++count;
    if (arguments.empty() != (count == 0) || count > 32) std::abort();
}

void check(std::string_view text) {
    for (const char byte : text)
        if (std::string_view("<>&%\\\"'/. \n").find(byte) != std::string_view::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Lockers lockers;
    AgentLine said;
    const auto kind = read_line({reinterpret_cast<const char*>(data), size}, lockers, said);
    check(lockers.wayland);
    check(lockers.x11);
    check(said.command);
    check(said.session.view());
    check(said.notice.session.view());
    check(said.notice.code.view());
    check(said.notice.hold.view());
    const bool order = kind == LineKind::lock || kind == LineKind::sign_out;
    if (kind != LineKind::notice && said.notice.seconds != 0) std::abort();
    if (order && said.session.empty()) std::abort();
    if (kind != LineKind::sign_out && !said.command.empty()) std::abort();
    return 0;
}
