// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/examiner_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

// glibc 2.36 forgot to tell C++ that these are C.
extern "C" {
#include <sys/pidfd.h>
}

#include "platform/base/boot_timer.h"
#include "platform/base/clock.h"
#include "platform/base/unique_fd.h"
#include "platform/devices/examiner_report.h"

namespace vaktpost::platform {
namespace {

// Waits for exec only: the program lies on the root file system, and the medium is opened after it.
core::Result<pid_t> spawn(const ExaminerProcess::Request& request, int output) {
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);

    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes, &signals);
    ::posix_spawnattr_setflags(&attributes,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);

    std::vector<std::string> words{"vaktpost-examine", "--deadline",
                                   std::to_string(request.deadline.count())};
    if (request.tag) words.emplace_back("--identify");
    for (const auto& key : request.trusted_keys) words.insert(words.end(), {"--trust", key});
    words.push_back(request.node);
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const std::array<char*, 1> environment{nullptr};
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, request.program.c_str(), &files, &attributes,
                                    arguments.data(), environment.data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0) return core::system_error(error, "start " + request.program.string());
    return pid;
}

core::Examination failed(const char* reason) {
    return {core::Verdict::error, {}, reason};
}

}  // namespace

struct ExaminerProcess::Parts {
    Parts(boost::asio::io_context& io, TagVolume make_tag, Done when_done)
        : process(io), timer(io), tag(std::move(make_tag)), done(std::move(when_done)) {}
    UniqueFd output;
    boost::asio::posix::stream_descriptor process;  // a pidfd
    BootTimer timer;
    TagVolume tag;
    Done done;  // empty once reported or abandoned
};

ExaminerProcess::ExaminerProcess(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ExaminerProcess::~ExaminerProcess() = default;

core::Result<std::shared_ptr<ExaminerProcess>> ExaminerProcess::start(boost::asio::io_context& io,
                                                                      const Request& request,
                                                                      Done done) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return core::system_error(errno, "pipe");
    auto parts = std::make_unique<Parts>(io, request.tag, std::move(done));
    parts->output.reset(ends[0]);
    const UniqueFd child_end(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);

    const auto pid = spawn(request, child_end.get());
    if (!pid) return pid.error();
    const int process = ::pidfd_open(*pid, 0);
    if (process < 0) {
        const int error = errno;
        ::kill(*pid, SIGKILL);  // reaped by nobody, which costs one entry of the process table
        return core::system_error(error, "pidfd_open");
    }
    parts->process.assign(process);
    std::shared_ptr<ExaminerProcess> self(new ExaminerProcess(std::move(parts)));
    self->watch(now() + request.deadline + request.grace);
    return self;
}

// The wait holds the object until the child has been reaped.
void ExaminerProcess::watch(core::Instant last_moment) {
    parts_->process.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                               [self = shared_from_this()](const boost::system::error_code& error) {
                                   if (!error) self->ended();
                               });
    parts_->timer.expires_at(last_moment, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->overdue();
    });
}

// Its whole report lies in the pipe by now, which holds as much as a report may be long; a child
// that wants to write more waits until it is killed.
void ExaminerProcess::ended() {
    siginfo_t info{};
    const bool reaped = ::waitid(P_PIDFD, static_cast<id_t>(parts_->process.native_handle()), &info,
                                 WEXITED | WNOHANG) == 0;
    const bool exited = reaped && info.si_code == CLD_EXITED;
    report(exited ? parse_examiner_report(output(), info.si_status, parts_->tag)
                  : failed("examiner_died"));
}

void ExaminerProcess::overdue() {
    kill();
    report(failed("examiner_overdue"));
}

void ExaminerProcess::abandon() {
    parts_->done = nullptr;
    parts_->timer.cancel();
    kill();
}

void ExaminerProcess::kill() {
    ::pidfd_send_signal(parts_->process.native_handle(), SIGKILL, nullptr, 0);
}

std::string ExaminerProcess::output() {
    std::string text(report_bytes_limit + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = ::read(parts_->output.get(), text.data() + size, text.size() - size);
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    text.resize(size);
    return text;
}

void ExaminerProcess::report(core::Examination examination) {
    parts_->timer.cancel();
    if (auto done = std::exchange(parts_->done, nullptr)) done(std::move(examination));
}

}  // namespace vaktpost::platform
