// SPDX-License-Identifier: GPL-3.0-or-later
// The lines that the agent sends; README.md describes them. Without line breaks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/core/actions.h"
#include "agent/core/time.h"
#include "agent/core/usb_exception.h"

namespace vaktpost::control {

// What a session program starts to lock a screen that has no locker: program and arguments.
struct Lockers {
    std::vector<std::string> wayland;
    std::vector<std::string> x11;
};

std::string done_answer();
std::string error_answer(std::string_view why);
std::string status_answer(std::string_view status);  // `status`: a JSON object
std::string session_answer(const Lockers& lockers);
// The reason for a hold is none of these.
std::string reasons_answer(const std::vector<std::string>& reasons);
std::string hold_answer(const core::SessionId& session, core::Instant until, core::Instant now);
std::string devices_answer(std::string_view devices);  // `devices`: a JSON object
std::string allow_answer(const core::UsbException& exception);
std::string sleep_answer(bool locked);
std::string lock_line(const core::SessionId& session);
std::string stand_down_line(const core::SessionId& session);
std::string sign_out_line(const core::SignOut& request);
std::string notice_line(const core::Notify& notice, core::Instant now);

}  // namespace vaktpost::control
