// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/locker_witness.h"

#include <poll.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <utility>

// glibc 2.36 forgot to tell C++ that these are C.
extern "C" {
#include <sys/pidfd.h>
}

#include "platform/base/boot_timer.h"
#include "platform/base/clock.h"
#include "platform/base/unique_fd.h"
#include "platform/sessions/process_look.h"

namespace vaktpost::platform {
namespace {

// How long the session program's word may come after the process's end: both learn of it at once.
constexpr std::chrono::milliseconds word_deadline{300};

// Processes that one session may claim at a time; a lock takes one.
constexpr long most_claims = 4;

// A pidfd is readable from the moment on when its process runs no more.
bool has_ended(int process) {
    pollfd ready{process, POLLIN, 0};
    return ::poll(&ready, 1, 0) != 0;
}

core::Error refused(const char* why) {
    return {EPERM, "look at the locker", why};
}

}  // namespace

struct LockerWitness::Watch {
    Watch(boost::asio::io_context& io, core::SessionId of, pid_t number, core::Witness as)
        : session(std::move(of)), pid(number), witness(as), process(io), word(io) {}

    core::SessionId session;
    pid_t pid;
    core::Witness witness;
    boost::asio::posix::stream_descriptor process;  // a pidfd
    BootTimer word;
    bool ended = false;
};

LockerWitness::LockerWitness(boost::asio::io_context& io, ports::EventSink sink,
                             std::filesystem::path proc)
    : io_(io), sink_(std::move(sink)), proc_(std::move(proc)) {}

LockerWitness::~LockerWitness() = default;

// The pidfd is opened before and asked again afterwards, so that what was read is of one and the
// same process, whose number had not been given to another meanwhile.
core::Result<core::Witness> LockerWitness::look(uid_t user, pid_t pid, int process) const {
    const auto look = look_at_process(proc_, pid, user);
    if (!look) return look.error();
    if (!look->alive || has_ended(process)) return refused("it has ended");
    if (look->user != user) return refused("it is another user's");
    if (!look->in_slice) return refused("it is in none of the user's sessions");
    return look->confined ? core::Witness::confined_locker : core::Witness::locker;
}

core::Status LockerWitness::claimed(const core::SessionId& session, uid_t user, pid_t pid) {
    const auto known = find(session, pid);
    if (known != watches_.end() && !has_ended((*known)->process.native_handle()))
        return core::Done{};
    if (is_full(session)) return refused("too many claims for one session");
    UniqueFd process(pid > 0 ? ::pidfd_open(pid, 0) : -1);
    if (!process) return core::system_error(pid > 0 ? errno : EINVAL, "pidfd_open");
    const auto witness = look(user, pid, process.get());
    if (!witness) return witness.error();
    const auto watched = std::make_shared<Watch>(io_, session, pid, *witness);
    watched->process.assign(process.release());
    lose_ended(session);
    watches_.push_back(watched);
    watch(watched);
    sink_(core::SessionLocked{session, *witness});
    return core::Done{};
}

void LockerWitness::watch(const std::shared_ptr<Watch>& watch) {
    watch->process.async_wait(
        boost::asio::posix::stream_descriptor::wait_read,
        [this, weak = std::weak_ptr(watch)](const boost::system::error_code& error) {
            if (const auto self = weak.lock(); self && !error) ended(self);
        });
}

void LockerWitness::ended(const std::shared_ptr<Watch>& watch) {
    watch->ended = true;
    watch->word.expires_at(now() + word_deadline, [this, weak = std::weak_ptr(watch)] {
        if (const auto self = weak.lock()) lost(self);
    });
}

void LockerWitness::lost(const std::shared_ptr<Watch>& watch) {
    std::erase(watches_, watch);
    if (!is_seen(watch->session, watch->witness))
        sink_(core::WitnessLost{watch->session, watch->witness});
}

// A locker that ended is lost even if another one has come since: between them the screen was open.
void LockerWitness::lose_ended(const core::SessionId& session) {
    Watches ended;
    std::copy_if(watches_.begin(), watches_.end(), std::back_inserter(ended),
                 [&](const auto& watch) { return watch->session == session && watch->ended; });
    for (const auto& watch : ended) lost(watch);
}

void LockerWitness::unlocked(const core::SessionId& session) {
    Watches gone;
    std::copy_if(watches_.begin(), watches_.end(), std::back_inserter(gone),
                 [&](const auto& watch) { return watch->session == session; });
    closed(session);
    for (const auto witness : {core::Witness::locker, core::Witness::confined_locker})
        if (std::any_of(gone.begin(), gone.end(),
                        [&](const auto& watch) { return watch->witness == witness; }))
            sink_(core::SessionUnlocked{session, witness});
}

void LockerWitness::closed(const core::SessionId& session) {
    std::erase_if(watches_, [&](const auto& watch) { return watch->session == session; });
}

LockerWitness::Watches::iterator LockerWitness::find(const core::SessionId& session, pid_t pid) {
    return std::find_if(watches_.begin(), watches_.end(), [&](const auto& watch) {
        return watch->session == session && watch->pid == pid && !watch->ended;
    });
}

bool LockerWitness::is_full(const core::SessionId& session) const {
    return std::count_if(watches_.begin(), watches_.end(), [&](const auto& watch) {
               return watch->session == session;
           }) >= most_claims;
}

bool LockerWitness::is_seen(const core::SessionId& session, core::Witness witness) const {
    return std::any_of(watches_.begin(), watches_.end(), [&](const auto& watch) {
        return watch->session == session && watch->witness == witness && !watch->ended;
    });
}

}  // namespace vaktpost::platform
