// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the files of a process below /proc: no crash, and no user that is not written there.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/sessions/process_look.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vaktpost::platform;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto look = parse_process_status(text);
    if (look && text.find(std::to_string(look->user)) == std::string_view::npos) std::abort();
    if (is_in_user_slice(text, 1000) && text.find("user-1000.slice") == std::string_view::npos)
        std::abort();
    if (is_locker_profile(text) && !text.starts_with("vaktpost-locker (enforce)")) std::abort();
    return 0;
}
