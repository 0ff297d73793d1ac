// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a line on the control socket: no crash, and what is accepted names a session by
// letters and digits alone, a cause by a word, a locker by a process and a record by numbers above
// 0.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/control/request.h"

namespace {

using namespace vaktpost;
using namespace vaktpost::control;

bool is_plain(std::string_view session) {
    constexpr std::string_view plain =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return !session.empty() && session.find_first_not_of(plain) == std::string_view::npos;
}

void check(const core::SessionId& session) {
    if (!is_plain(session.value)) std::abort();
}
void check(const HoldRequest& request) {
    if (request.session) check(*request.session);
}
void check(const StatusRequest&) {}
void check(const DevicesRequest&) {}
void check(const AllowRequest& request) {
    if (request.device.value.find_first_not_of("0123456789.-") != std::string::npos) std::abort();
    if (request.seconds < 1) std::abort();
}
void check(const SleepRequest&) {}
void check(const AwakeRequest&) {}
void check(const MountJudgement& request) {
    if (request.mount.value.find_first_not_of("0123456789:") != std::string::npos) std::abort();
}
void check(const Acknowledgement& record) {
    if (record.epoch == 0 || record.seq == 0) std::abort();
}
bool is_word(std::string_view word) {
    return word.size() <= 32 &&
           word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
}
void check(const LinkReport& link) {
    if (link.state.empty() || !is_word(link.state) || !is_word(link.cause)) std::abort();
    if (link.receiver.size() > 300) std::abort();
}
template <class AboutSession>
void check(const AboutSession& request) {
    check(request.session);
    if constexpr (requires { request.cause; })
        if (request.cause.size() > 16) std::abort();
    if constexpr (requires { request.pid; })
        if ((request.witness == core::Witness::locker) != (request.pid > 0)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto request = parse_request(std::string_view(reinterpret_cast<const char*>(data), size));
    if (request) std::visit([](const auto& each) { check(each); }, *request);
    return 0;
}
