// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// App.hpp declares what the other two define.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace vaktpost::cli {

inline constexpr int wrong_usage = 64;  // EX_USAGE, sysexits.h

inline constexpr const char* default_socket = "/run/vaktpost/control.sock";
inline constexpr const char* default_database = "/var/lib/vaktpost/events.db";

inline constexpr const char* default_register = "/var/lib/vaktpost/media.db";

struct StatusOptions {
    bool json = false;
    std::string socket = default_socket;
};

struct EventsOptions {
    bool json = false;
    bool follow = false;
    std::string since;               // as typed; empty: from the beginning
    std::vector<std::string> types;  // empty: all
    std::size_t last = 0;            // 0: all
    std::string database = default_database;
};

struct ExplainOptions {
    bool json = false;
    std::string code;  // as typed
    std::string database = default_database;
};

struct HoldOptions {
    std::string reason;
    std::string session;  // empty: the caller's own
    std::string socket = default_socket;
};

struct DevicesOptions {
    bool json = false;
    std::string socket = default_socket;
};

struct AllowOptions {
    std::string device;
    std::string time;  // as typed
    std::string reason;
    std::string socket = default_socket;
};

struct MediaListOptions {
    bool json = false;
    std::string not_seen;  // as typed; empty: all
    std::string database = default_register;
};

struct LogVerifyOptions {
    bool json = false;
    bool workstation = false;          // JSON lines come from one
    std::vector<std::string> sources;  // as typed
};

struct ReportOptions {
    std::string from;                  // as typed, like `to`; empty: seven days before it
    std::string to;                    // empty: now
    std::string output;                // empty: standard output
    bool workstation = false;          // JSON lines come from one
    std::vector<std::string> sources;  // as typed
};

struct ExamineOptions {
    bool json = false;
    std::string path;
};

struct ConvertOptions {
    std::string to;  // as typed
    bool syslog = false;
    std::vector<std::string> files;  // empty: standard input
};

struct PolicyExplainOptions {
    std::string file;    // empty: the one in force
    std::string device;  // a name, or words that describe one; empty: every device present
    std::string user;
    std::vector<std::string> groups;
    std::string screen = "open";
    std::string socket = default_socket;
};

struct PolicySuggestOptions {
    bool this_machine = false;
    std::string database = default_database;
};

struct ReplayOptions {
    bool json = false;
    std::string events = default_database;  // "-": standard input
    std::string policy;
};

// Each runs one command on standard output and standard error and gives its exit status.
int run_status(const StatusOptions& options);
int run_events(const EventsOptions& options);
int run_explain(const ExplainOptions& options);
int run_hold(const HoldOptions& options);
int run_devices(const DevicesOptions& options);
int run_allow(const AllowOptions& options);
int run_examine(const ExamineOptions& options, const std::filesystem::path& examiner);
int run_media_list(const MediaListOptions& options);
// Takes the helper's place in this process; returns only where that fails.
int run_media_enroll(const std::vector<std::string>& words, const std::filesystem::path& helper);
int run_log_verify(const LogVerifyOptions& options);
int run_report(const ReportOptions& options);
int run_convert(const ConvertOptions& options);
int run_policy_check(const std::string& file);
int run_policy_explain(const PolicyExplainOptions& options);
int run_policy_suggest(const PolicySuggestOptions& options);
int run_replay(const ReplayOptions& options);

// Each adds its command to the program; when it is given, `exit_status` is set.
void add_status(CLI::App& app, int& exit_status);
void add_events(CLI::App& app, int& exit_status);
void add_explain(CLI::App& app, int& exit_status);
void add_hold(CLI::App& app, int& exit_status);
void add_devices(CLI::App& app, int& exit_status);
void add_allow(CLI::App& app, int& exit_status);
void add_examine(CLI::App& app, int& exit_status);
void add_media(CLI::App& app, int& exit_status);
void add_log(CLI::App& app, int& exit_status);
void add_report(CLI::App& app, int& exit_status);
void add_convert(CLI::App& app, int& exit_status);
void add_policy(CLI::App& app, int& exit_status);
void add_policy_explain(CLI::App& policy, int& exit_status);
void add_policy_suggest(CLI::App& policy, int& exit_status);
void add_replay(CLI::App& app, int& exit_status);

}  // namespace vaktpost::cli
