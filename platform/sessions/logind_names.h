// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

#include "agent/core/time.h"

namespace vaktpost::platform {

// org.freedesktop.login1(5).
inline constexpr const char* logind = "org.freedesktop.login1";
inline constexpr const char* logind_path = "/org/freedesktop/login1";
inline constexpr const char* logind_manager = "org.freedesktop.login1.Manager";
inline constexpr const char* logind_session = "org.freedesktop.login1.Session";
inline constexpr const char* dbus_properties = "org.freedesktop.DBus.Properties";

// How long an answer may take. Generous: logind may have to be started first.
inline constexpr core::Duration answer_limit = std::chrono::seconds(10);

}  // namespace vaktpost::platform
