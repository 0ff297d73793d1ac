// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/keyboard_prover.h"

#include <fcntl.h>
#include <sys/random.h>
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

#include "agent/core/result.h"
#include "platform/base/journal.h"
#include "platform/base/unique_fd.h"
#include "platform/devices/helper_process.h"

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

std::vector<std::string> words_for(const core::ProveKeyboard& request) {
    std::vector<std::string> words{"vaktpost-prove-keyboard", request.device.value};
    words.reserve(words.size() + request.interfaces.size());
    for (const auto number : request.interfaces) words.push_back(std::to_string(number));
    return words;
}

// prove_keyboard/main.cpp
core::Proof proof_by(const siginfo_t& end) {
    constexpr int proved = 0;
    constexpr int never_listened = 3;
    if (end.si_code != CLD_EXITED) return core::Proof::failed;
    if (end.si_status == proved) return core::Proof::passed;
    return end.si_status == never_listened ? core::Proof::none : core::Proof::failed;
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
        auto child =
            start_helper(program, words_for(request), child_input.get(), child_output.get());
        if (!child) return child.error();
        process.assign(child->release());
        return core::Done{};
    }

    void kill() {
        unheard = true;
        kill_helper(process.native_handle());
    }

    core::DeviceId device;
    std::string code;
    posix::stream_descriptor output;
    posix::stream_descriptor process;
    bool unheard = false;                     // it has been ended from here
    std::optional<core::ProveKeyboard> next;  // begins when this one has let go of the keyboard
};

KeyboardProver::KeyboardProver(boost::asio::io_context& io, ports::EventSink sink,
                               std::filesystem::path program)
    : io_(io), sink_(std::move(sink)), program_(std::move(program)) {}

// Children see their standard output closed and end.
KeyboardProver::~KeyboardProver() = default;

// The run before has the keyboard until it is gone.
void KeyboardProver::prove(const core::ProveKeyboard& request) {
    const auto before = runs_.find(request.device);
    if (before == runs_.end()) return start(request);
    before->second->kill();
    before->second->next = request;
}

void KeyboardProver::end(const core::DeviceId& device) {
    const auto run = runs_.find(device);
    if (run == runs_.end()) return;
    run->second->kill();
    run->second->next.reset();
}

void KeyboardProver::start(const core::ProveKeyboard& request) {
    const auto run = std::make_shared<Run>(io_, request.device);
    const auto code = make_code();
    run->code = code.value_or("");
    const auto started = code ? run->start(program_, request)
                              : core::Status(core::system_error(errno, "make a code"));
    if (!started) {
        warn(started.error().text() + "; the keyboard stays withheld");
        return boost::asio::post(io_, [this, device = request.device] {
            sink_(core::ProofEnded{device, core::Proof::failed});
        });
    }
    runs_[request.device] = run;
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
    const auto end = reap_helper(run->process.native_handle());
    run->output.close();
    runs_.erase(run->device);
    if (run->next) return start(*run->next);
    if (run->unheard) return;
    sink_(core::ProofEnded{run->device, end ? proof_by(*end) : core::Proof::failed});
}

}  // namespace vaktpost::platform
