// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for this machine alone: /etc/vaktpost/agent.toml, vaktpost-agent.toml(5). The keys
// stand in settings.def.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/policy.h"
#include "agent/core/result.h"
#include "agent/core/time.h"
#include "agent/core/words.h"
#include "config/problem.h"
#include "config/receiver.h"

namespace vaktpost::config {

enum class ModeSetting { policy, observe };

inline constexpr std::size_t most_labels = 16;
inline constexpr std::size_t longest_label = 32;

inline constexpr std::size_t public_key_digits = 64;
inline constexpr std::size_t most_trusted_keys = 16;

inline constexpr std::size_t most_receivers = 8;
inline constexpr std::string_view proxy_form = R"("" or "http://HOST:PORT")";

struct Settings {
// NOLINTBEGIN(bugprone-macro-parentheses): the arguments name members
#define SETTING_HOST(member, key, help) std::string member;
#define SETTING_LABELS(member, key, help) std::vector<std::string> member;
#define SETTINGS_SECTION(section, help) struct {
#define SETTING_CHOICE(section, member, key, Enum, initial, help) Enum member = Enum::initial;
#define SETTING_COMMAND(section, member, key, help, ...) \
    std::vector<std::string> member{__VA_ARGS__};
#define SETTING_KEYS(section, member, key, help) std::vector<std::string> member;
#define SETTING_DURATION(section, member, key, initial, least, most, help) \
    core::Duration member = std::chrono::milliseconds(initial);
#define SETTING_RECEIVERS(section, member, key, help) std::vector<Receiver> member;
#define SETTING_FILE(section, member, key, initial, help) std::string member = initial;
#define SETTING_PROXY(section, member, key, help) std::optional<Endpoint> member;
#define SETTINGS_END(section) \
    }                         \
    section;
#include "config/settings.def"
    // NOLINTEND(bugprone-macro-parentheses)
};

struct SettingsCheck {
    Settings settings;              // for use only where there are no problems
    std::vector<Problem> problems;  // all of them, in the order of the file
};

struct ListForm;
ListForm public_keys_form();
ListForm receivers_form();

SettingsCheck check_settings(std::string_view text);

// The settings, or an Error whose text() is "FILE:LINE:COL: message" of the first problem.
core::Result<Settings> parse_settings(std::string_view text, std::string_view file_name);

// The policy as this machine follows it: a section that the settings put to observe, and every
// section when `observe_all`, only observes. Settings never make a policy stricter.
core::Policy with_settings(core::Policy policy, const Settings& settings, bool observe_all);

}  // namespace vaktpost::config

namespace vaktpost::core {

VAKTPOST_WORDS(config::ModeSetting, "policy", "observe");

}  // namespace vaktpost::core
