// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/examiner_process.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

#include "platform/base/boot_timer.h"
#include "platform/base/clock.h"
#include "platform/base/unique_fd.h"
#include "platform/devices/examiner_report.h"
#include "platform/devices/helper_process.h"

namespace vaktpost::platform {
namespace {

std::vector<std::string> words_for(const ExaminerProcess::Request& request) {
    std::vector<std::string> words{"vaktpost-examine", "--deadline",
                                   std::to_string(request.deadline.count())};
    if (request.tag) words.emplace_back("--identify");
    for (const auto& key : request.trusted_keys) words.insert(words.end(), {"--trust", key});
    words.push_back(request.node);
    return words;
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

    // The program lies on the root file system, and the medium is opened after exec.
    auto process = start_helper(request.program, words_for(request), -1, child_end.get());
    if (!process) return process.error();
    parts->process.assign(process->release());
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
    const auto end = reap_helper(parts_->process.native_handle());
    const bool exited = end && end->si_code == CLD_EXITED;
    report(exited ? parse_examiner_report(output(), end->si_status, parts_->tag)
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
    kill_helper(parts_->process.native_handle());
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
