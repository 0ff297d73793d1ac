// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a line from the agent: no crash, commands are whole, a notice's code is letters and
// digits.
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Lockers lockers;
    NoticeText notice;
    const auto kind = read_line({reinterpret_cast<const char*>(data), size}, lockers, notice);
    check(lockers.wayland);
    check(lockers.x11);
    for (const char byte : notice.code.view())
        if (std::string_view("<>&%\\\"' \n").find(byte) != std::string_view::npos) std::abort();
    if (kind != LineKind::notice && notice.seconds != 0) std::abort();
    return 0;
}
