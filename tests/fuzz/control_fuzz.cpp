// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a line on the control socket: no crash, and what is accepted names a session by
// letters and digits alone.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <type_traits>

#include "agent/control/request.h"

namespace {

using namespace vaktpost::control;

bool is_plain(std::string_view session) {
    constexpr std::string_view plain =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return !session.empty() && session.find_first_not_of(plain) == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto request = parse_request(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!request) return 0;
    std::visit(
        [](const auto& each) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(each)>, StatusRequest>)
                if (!is_plain(each.session.value)) std::abort();
        },
        *request);
    return 0;
}
