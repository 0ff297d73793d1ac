// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/service/agent_life.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "platform/base/journal.h"
#include "platform/base/small_file.h"

namespace vaktpost::platform {

namespace {

constexpr const char* rule_file = "agent-lost";
constexpr const char* end_file = "last-result";
constexpr const char* locked_file = "locked-meanwhile";
constexpr mode_t file_mode = 0644;

constexpr std::int64_t longest_deadline_ms = 3'600'000;      // as the policy's
constexpr std::int64_t longest_boot_ms = 1'000'000'000'000;  // 30 years: no overflow of an Instant
constexpr std::int64_t most_sessions = 1'000'000;

// The next word of a line that has single spaces between its words.
std::string_view take_word(std::string_view& line) {
    const auto end = std::min(line.find(' '), line.size());
    const auto word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

std::optional<std::string_view> only_line(std::string_view text) {
    if (text.empty() || text.find('\n') != text.size() - 1) return std::nullopt;
    return text.substr(0, text.size() - 1);
}

std::optional<std::int64_t> number(std::string_view word, std::int64_t most) {
    std::int64_t value = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
    if (word.empty() || read.ec != std::errc() || read.ptr != word.data() + word.size() ||
        value < 0 || value > most)
        return std::nullopt;
    return value;
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_session_id(std::string_view word) {
    const auto fits = [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
    return !word.empty() && word.size() < 64 && std::all_of(word.begin(), word.end(), fits);
}

bool is_result(std::string_view word) {
    const auto fits = [](char c) { return (is_letter(c) && c >= 'a') || c == '-'; };
    return !word.empty() && word.size() < 32 && std::all_of(word.begin(), word.end(), fits);
}

template <class Parse>
auto read_file(const std::filesystem::path& path, Parse parse) {
    const auto text = read_small(path);
    return text ? parse(*text) : decltype(parse({}))();
}

}  // namespace

std::optional<AgentLostRule> parse_agent_lost_rule(std::string_view text) {
    auto line = only_line(text);
    if (!line) return std::nullopt;
    const auto word = take_word(*line);
    const auto deadline = number(take_word(*line), longest_deadline_ms);
    if ((word != "lock" && word != "ignore") || !deadline) return std::nullopt;
    AgentLostRule rule{word == "lock", std::chrono::milliseconds(*deadline), {}};
    while (!line->empty()) {
        const auto id = take_word(*line);
        if (!is_session_id(id)) return std::nullopt;
        rule.spared.push_back({std::string(id)});
    }
    return rule;
}

std::optional<RunEnd> parse_run_end(std::string_view text) {
    auto line = only_line(text);
    if (!line) return std::nullopt;
    const auto result = take_word(*line);
    const auto at = number(*line, longest_boot_ms);
    if (!is_result(result) || !at) return std::nullopt;
    return RunEnd{std::string(result), core::Instant(std::chrono::milliseconds(*at))};
}

std::optional<std::int64_t> parse_locked_meanwhile(std::string_view text) {
    const auto line = only_line(text);
    return line ? number(*line, most_sessions) : std::nullopt;
}

void write_agent_lost_rule(const AgentLostRule& rule, const std::filesystem::path& folder) {
    auto line = (rule.lock ? "lock " : "ignore ") + std::to_string(core::to_ms(rule.deadline));
    for (const auto& session : rule.spared)
        if (is_session_id(session.value)) line += " " + session.value;
    const auto written = replace_file(folder / rule_file, line + "\n", file_mode);
    if (!written) warn(written.error().text() + "; without the agent the rule before it holds");
}

AgentLostRule read_agent_lost_rule(const std::filesystem::path& folder) {
    return read_file(folder / rule_file, parse_agent_lost_rule).value_or(AgentLostRule{});
}

core::Status write_run_end(const RunEnd& end, const std::filesystem::path& folder) {
    const auto at = std::to_string(core::to_ms(end.at.time_since_epoch()));
    return replace_file(folder / end_file, end.result + " " + at + "\n", file_mode);
}

std::optional<RunEnd> read_run_end(const std::filesystem::path& folder) {
    return read_file(folder / end_file, parse_run_end);
}

core::Status write_locked_meanwhile(std::int64_t sessions, const std::filesystem::path& folder) {
    return replace_file(folder / locked_file, std::to_string(sessions) + "\n", file_mode);
}

bool locked_meanwhile(const std::filesystem::path& folder) {
    return ::access((folder / locked_file).c_str(), F_OK) == 0;
}

PreviousRun take_previous_run(core::Instant now, const std::filesystem::path& folder) {
    PreviousRun run;
    if (const auto end = read_run_end(folder)) {
        run.result = end->result;
        // In the future: written in an earlier boot of a machine that kept the folder.
        if (end->at <= now) run.away = now - end->at;
    }
    run.locked_meanwhile = read_file(folder / locked_file, parse_locked_meanwhile).value_or(0);
    for (const char* file : {end_file, locked_file}) ::unlink((folder / file).c_str());
    return run;
}

}  // namespace vaktpost::platform
