// SPDX-License-Identifier: GPL-3.0-or-later
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <memory>
#include <optional>

#include "agent/cli/commands.h"
#include "agent/cli/json_text.h"
#include "agent/cli/output.h"
#include "agent/core/result.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;

constexpr int could_not_be_examined = 3;
constexpr std::size_t longest_report = 4 << 20;

struct Report {
    json::object content;
    int exit_status = could_not_be_examined;
};

std::string read_all(int fd) {
    std::string text;
    std::array<char, 4096> piece{};
    while (text.size() < longest_report) {
        const ssize_t got = ::read(fd, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text;
}

core::Result<pid_t> start(const std::string& examiner, const std::string& path, int output) {
    std::string option = "--";  // a path that begins with a dash is a path
    std::string program = examiner;
    std::string medium = path;
    const std::array<char*, 4> arguments{program.data(), option.data(), medium.data(), nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    pid_t child = -1;
    const int error =
        ::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return core::system_error(error, "run " + examiner);
    return child;
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

core::Result<Report> examine(const std::string& examiner, const std::string& path) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return core::system_error(errno, "make a pipe");
    const platform::UniqueFd output(ends[0]);
    platform::UniqueFd input(ends[1]);
    const auto child = start(examiner, path, input.get());
    input.reset();
    if (!child) return child.error();
    const std::string text = read_all(output.get());
    const int exit_status = wait_for(*child);
    boost::system::error_code error;
    json::value report = json::parse(text, error);
    if (error || !report.is_object() || exit_status < 0 || exit_status > could_not_be_examined)
        return core::Error{EPROTO, "examine " + path, "the examiner ended without a verdict"};
    return Report{std::move(report.get_object()), exit_status};
}

void print_for_people(const std::string& path, const json::object& report, Output& out) {
    const std::string verdict = text_in(report, "verdict");
    out.line(as_word(path) + ": " +
             in_colour(as_word(verdict), verdict == "encrypted" ? Colour::green : Colour::red));
    const std::string reason = text_in(report, "reason");
    if (!reason.empty()) out.line("  " + as_word(reason));
    const json::value* parts = report.if_contains("parts");
    if (parts == nullptr || !parts->is_array()) return;
    for (const json::value& part : parts->get_array())
        out.line("  part  " +
                 (part.is_object() ? fields_text(part.get_object()) : value_text(part)));
}

}  // namespace

int run_examine(const ExamineOptions& options, const std::filesystem::path& examiner) {
    auto report = examine(examiner.string(), options.path);
    if (!report) {
        print_error(report.error().text());
        report = Report{
            {{"verdict", "error"}, {"parts", json::array()}, {"reason", "the examiner failed"}}};
    }
    Output out;
    if (options.json)
        out.line(json::serialize(report->content));
    else
        print_for_people(options.path, report->content, out);
    return report->exit_status;
}

void add_examine(CLI::App& app, int& exit_status) {
    auto options = std::make_shared<ExamineOptions>();
    CLI::App* command = app.add_subcommand("examine",
                                           "Judges a block device or an image file. Exit status 0: "
                                           "encrypted, 1: not encrypted, 2: unknown, "
                                           "3: could not be examined.");
    command->add_option("PATH", options->path, "the device or the image")->required();
    command->add_flag("--json", options->json, "one JSON object on one line");
    command->callback([options, &exit_status] {
        exit_status =
            run_examine(*options, std::filesystem::path(VAKTPOST_LIBEXEC_DIR) / "vaktpost-examine");
    });
}

}  // namespace vaktpost::cli
