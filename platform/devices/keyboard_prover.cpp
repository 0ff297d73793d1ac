// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/keyboard_prover.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// glibc 2.36 forgot to tell C++ that these are C.
extern "C" {
#include <sys/pidfd.h>
}

#include "agent/core/result.h"
#include "platform/base/journal.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::platform {
namespace {

namespace posix = boost::asio::posix;

constexpr std::uint32_t codes = 1'000'000;

// Six digits, none likelier than another by more than one part in four thousand.
std::optional<std::string> make_code() {
    std::uint32_t number = 0;
    if (::getrandom(&number, sizeof number, 0) != sizeof number) return std::nullopt;
    const std::string digits = std::to_string(codes + number % codes);
    return digits.substr(1);
}

core::Result<pid_t> spawn(const std::filesystem::path& program, const core::ProveKeyboard& request,
                          int input, int output) {
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
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

    std::vector<std::string> words{"vaktpost-prove-keyboard", request.device.value};
    for (const auto number : request.interfaces) words.push_back(std::to_string(number));
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const std::array<char*, 1> environment{nullptr};
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, program.c_str(), &files, &attributes, arguments.data(),
                                    environment.data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0) return core::system_error(error, "start " + program.string());
    return pid;
}

}  // namespace

struct KeyboardProver::Run {
    Run(boost::asio::io_context& io, core::DeviceId id)
        : device(std::move(id)), output(io), process(io) {}

    // Gives the code to the child and keeps hold of it by its pidfd.
    core::Status start(const std::filesystem::path& program, const core::ProveKeyboard& request) {
        std::array<int, 2> in{};
        std::array<int, 2> out{};
        if (::pipe2(in.data(), O_CLOEXEC) != 0) return core::system_error(errno, "pipe");
        const UniqueFd child_input(in[0]);
        const UniqueFd to_child(in[1]);
        if (::pipe2(out.data(), O_CLOEXEC) != 0) return core::system_error(errno, "pipe");
        output.assign(out[0]);
        const UniqueFd child_output(out[1]);
        if (::write(to_child.get(), code.data(), code.size()) != static_cast<ssize_t>(code.size()))
            return core::system_error(errno, "write the code");
        const auto pid = spawn(program, request, child_input.get(), child_output.get());
        if (!pid) return pid.error();
        const int handle = ::pidfd_open(*pid, 0);
        if (handle < 0) {
            const int error = errno;
            ::kill(*pid, SIGKILL);
            return core::system_error(error, "pidfd_open");
        }
        process.assign(handle);
        return core::Done{};
    }

    core::DeviceId device;
    std::string code;
    posix::stream_descriptor output;
    posix::stream_descriptor process;
    bool unheard = false;  // another run has taken its place
};

KeyboardProver::KeyboardProver(boost::asio::io_context& io, ports::EventSink sink,
                               std::filesystem::path program)
    : io_(io), sink_(std::move(sink)), program_(std::move(program)) {}

// Children see their standard output closed and end.
KeyboardProver::~KeyboardProver() = default;

void KeyboardProver::prove(const core::ProveKeyboard& request) {
    auto& slot = runs_[request.device];
    if (slot) {
        slot->unheard = true;
        ::pidfd_send_signal(slot->process.native_handle(), SIGKILL, nullptr, 0);
    }
    slot = std::make_shared<Run>(io_, request.device);
    const auto run = slot;
    const auto code = make_code();
    run->code = code.value_or("");
    const auto started = code ? run->start(program_, request)
                              : core::Status(core::system_error(errno, "make a code"));
    if (!started) {
        warn(started.error().text() + "; the keyboard stays withheld");
        runs_.erase(request.device);
        return boost::asio::post(io_, [this, device = request.device] {
            sink_(core::ProofEnded{device, false});
        });
    }
    run->output.async_wait(posix::stream_descriptor::wait_read,
                           [this, run](const boost::system::error_code& error) {
                               if (!error) ready(run);
                           });
    run->process.async_wait(posix::stream_descriptor::wait_read,
                            [this, run](const boost::system::error_code& error) {
                                if (!error) ended(run);
                            });
}

void KeyboardProver::ready(const std::shared_ptr<Run>& run) {
    char word = 0;
    if (run->unheard || ::read(run->output.native_handle(), &word, 1) != 1) return;
    sink_(core::ProofReady{run->device, run->code});
}

void KeyboardProver::ended(const std::shared_ptr<Run>& run) {
    siginfo_t info{};
    const bool reaped = ::waitid(P_PIDFD, static_cast<id_t>(run->process.native_handle()), &info,
                                 WEXITED | WNOHANG) == 0;
    run->output.close();
    if (run->unheard) return;
    runs_.erase(run->device);
    sink_(
        core::ProofEnded{run->device, reaped && info.si_code == CLD_EXITED && info.si_status == 0});
}

}  // namespace vaktpost::platform
