// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/process_look.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string>

#include "platform/base/small_file.h"

namespace vaktpost::platform {
namespace {

constexpr std::string_view enforced_profile = "vaktpost-locker (enforce)";

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

// What follows the key at the start of a line. The process's own name, in the first line, cannot
// hold a line break: the kernel escapes it.
std::optional<std::string_view> value_of(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const auto line = first_line(text);
        if (line.starts_with(key)) return line.substr(key.size());
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return std::nullopt;
}

std::optional<uid_t> take_number(std::string_view& text) {
    while (!text.empty() && (text.front() == '\t' || text.front() == ' ')) text.remove_prefix(1);
    uid_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool has_component(std::string_view path, std::string_view component) {
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        if (path.substr(0, end) == component) return true;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return false;
}

}  // namespace

std::optional<ProcessLook> parse_process_status(std::string_view status) {
    const auto state = value_of(status, "State:\t");
    auto users = value_of(status, "Uid:");
    if (!state || state->empty() || !users) return std::nullopt;
    const auto real = take_number(*users);
    const auto effective = take_number(*users);
    const auto saved = take_number(*users);
    if (!real || real != effective || real != saved) return std::nullopt;
    ProcessLook look;
    look.user = *real;
    look.alive = state->front() != 'Z' && state->front() != 'X' && state->front() != 'x';
    return look;
}

bool is_in_user_slice(std::string_view cgroup, uid_t user) {
    const auto path = value_of(cgroup, "0::");
    return path && has_component(*path, "user-" + std::to_string(user) + ".slice");
}

bool is_locker_profile(std::string_view label) {
    return first_line(label) == enforced_profile;
}

core::Result<ProcessLook> look_at_process(const std::filesystem::path& proc, pid_t pid,
                                          uid_t user) {
    const auto folder = proc / std::to_string(pid);
    const auto status = read_small(folder / "status", 16384);
    if (!status) return status.error();
    auto look = parse_process_status(*status);
    if (!look) return core::system_error(EBADMSG, "read " + (folder / "status").string());
    const auto cgroup = read_small(folder / "cgroup");
    if (!cgroup) return cgroup.error();
    look->in_slice = is_in_user_slice(*cgroup, user);
    // Without AppArmor there is no such file, or it cannot be read.
    const auto label = read_small(folder / "attr" / "current");
    look->confined = label && is_locker_profile(*label);
    return *look;
}

}  // namespace vaktpost::platform
