// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/mount_guard.h"

#include <fcntl.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "platform/base/journal.h"
#include "platform/devices/disk_reading.h"
#include "platform/devices/sysfs.h"

namespace vaktpost::platform {
namespace {

core::MountRefusal reason_of(std::uint32_t reason) {
    switch (reason) {
        case VAKTPOST_REFUSED_EXTERNAL:
            return core::MountRefusal::external;
        case VAKTPOST_REFUSED_TOO_DEEP:
            return core::MountRefusal::too_deep;
        case VAKTPOST_REFUSED_WRITABLE:
            return core::MountRefusal::writable;
        default:
            return core::MountRefusal::unknown_disk;
    }
}

// The kernel's own words, of a size that need not end in a zero.
template <std::size_t Size>
std::string word(const char (&text)[Size]) {
    std::string word(text, std::find(text, text + Size, '\0'));
    std::erase_if(word, [](unsigned char c) {
        return std::isalnum(c) == 0 && c != '-' && c != '_' && c != '!' && c != '.';
    });
    return word;
}

std::string device_text(std::uint32_t device) {
    return std::to_string(device >> 20U) + ":" + std::to_string(device & 0xfffffU);
}

}  // namespace

// One life of the ring: what waits for it may outlast it.
struct MountGuard::Reader {
    Reader(boost::asio::io_context& io, RefusalRing opened) : ring(std::move(opened)), wait(io) {}
    RefusalRing ring;
    boost::asio::posix::stream_descriptor wait;
};

MountGuard::MountGuard(boost::asio::io_context& io, ports::EventSink sink,
                       std::filesystem::path sys, std::filesystem::path pins)
    : io_(io), sink_(std::move(sink)), sys_(std::move(sys)), pins_(std::move(pins)) {}

MountGuard::~MountGuard() = default;

void MountGuard::check() {
    if (maps_ && !guard_is_loaded(pins_)) return lose("taken out of the kernel");
    if (maps_ && maps_->is_pinned(pins_)) return;
    maps_.reset();  // none yet, or others by now
    reader_.reset();
    const auto opened = open();
    if (!opened) return lose(opened.error().detail);
    told_lost_ = false;
    for (const auto& [medium, admission] : admitted_) grant(medium, admission);
    sink_(core::SourceBack{core::Source::mounts, std::nullopt});
    wait();
}

core::Status MountGuard::open() {
    auto maps = GuardMaps::open(pins_);
    if (!maps) return maps.error();
    auto ring = RefusalRing::open(maps->refusals());
    if (!ring) return ring.error();
    auto reader = std::make_shared<Reader>(io_, std::move(*ring));
    boost::system::error_code failed;
    reader->wait.assign(::fcntl(maps->refusals(), F_DUPFD_CLOEXEC, 0), failed);
    if (failed) return core::system_error(failed.value(), "wait for refusals");
    reader_ = std::move(reader);
    maps_.emplace(std::move(*maps));
    return core::Done{};
}

void MountGuard::lose(const std::string& cause) {
    maps_.reset();
    reader_.reset();
    if (!std::exchange(told_lost_, true)) sink_(core::SourceLost{core::Source::mounts, cause});
}

void MountGuard::admitted(const core::MediumId& medium, std::optional<core::Admission> admission) {
    admitted_.erase(medium);
    if (admission) admitted_.emplace(medium, *admission);
    if (!maps_) return;
    if (admission) return grant(medium, *admission);
    const auto dash = medium.value.rfind('-');
    if (dash != std::string::npos)
        maps_->revoke(std::strtoull(medium.value.c_str() + dash + 1, nullptr, 10));
}

// Failure direction: what is not granted must be encrypted to be mounted.
void MountGuard::grant(const core::MediumId& medium, core::Admission admission) {
    const auto object = sys_ / "class/block" / disk_of(medium);
    const auto sequence = read_number(object / "diskseq").value_or(0);
    if (medium_id(disk_of(medium), sequence) != medium) return;  // another medium by now
    const auto disk = guarded_disk(read_attribute(object / "dev"), sequence);
    if (!disk) return warn(disk.error().text());
    if (admission == core::Admission::encrypted) return maps_->revoke(sequence);
    const auto granted =
        maps_->grant(*disk, admission == core::Admission::read_only ? VAKTPOST_GRANT_READ_ONLY
                                                                    : VAKTPOST_GRANT_ANY);
    if (!granted) warn(granted.error().text());
}

void MountGuard::wait() {
    std::weak_ptr<Reader> weak = reader_;
    const auto drain = [this, weak] {
        if (const auto reader = weak.lock())
            reader->ring.drain([this](const vaktpost_refusal& refusal) { report(refusal); });
    };
    drain();
    if (!reader_) return;
    reader_->wait.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                             [this, weak](const boost::system::error_code& error) {
                                 if (!error && !weak.expired()) wait();
                             });
    drain();
}

void MountGuard::report(const vaktpost_refusal& refusal) {
    sink_(core::MountRefused{{device_text(refusal.mounted)},
                             medium_id(word(refusal.disk), refusal.sequence),
                             word(refusal.type),
                             reason_of(refusal.reason)});
}

}  // namespace vaktpost::platform
