// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/host_disks.h"

#include <fcntl.h>

#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include "platform/base/journal.h"
#include "platform/base/small_file.h"
#include "platform/base/unique_fd.h"
#include "platform/devices/plain_disks.h"

namespace vaktpost::platform {
namespace {

constexpr std::size_t memory_limit = std::size_t{64} << 10U;  // bytes

// In /run: it lasts as long as the boot.
std::filesystem::path memory_file(const DevicePaths& paths) {
    return paths.run / "plain-disks";
}

std::string text_of(const std::vector<core::PlainDisk>& plain) {
    std::string text;
    for (const auto& disk : plain)
        text += std::string(to_string(disk.use)) + " " + disk.device + " " +
                std::string(to_string(disk.cause)) + "\n";
    return text;
}

}  // namespace

HostDisks::HostDisks(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
                     DevicePaths paths)
    : sink_(std::move(sink)),
      workers_(workers),
      paths_(std::move(paths)),
      mounts_(io),
      swaps_(io) {}

HostDisks::~HostDisks() = default;

void HostDisks::start() {
    watch(mounts_, paths_.proc / "self/mountinfo");
    watch(swaps_, paths_.proc / "swaps");
    look();
}

// The tables say that they have changed by an exceptional condition: proc(5).
void HostDisks::watch(Descriptor& descriptor, const std::filesystem::path& table) {
    UniqueFd file(::open(table.c_str(), O_RDONLY | O_CLOEXEC));
    boost::system::error_code failed(errno, boost::system::system_category());
    if (file) descriptor.assign(file.get(), failed);
    if (!file || failed)
        return warn("changes of " + table.string() + " will not be seen: " + failed.message());
    static_cast<void>(file.release());
    wait(descriptor);
}

// Waiting again takes note of what has changed until then, so it comes before looking.
void HostDisks::wait(Descriptor& descriptor) {
    descriptor.async_wait(Descriptor::wait_error,
                          alive_.guard([this, &descriptor](const boost::system::error_code& error) {
                              if (error) return;
                              wait(descriptor);
                              look();
                          }));
}

void HostDisks::look() {
    if (std::exchange(looking_, true)) {
        look_again_ = true;
        return;
    }
    const auto plain = std::make_shared<std::vector<core::PlainDisk>>();
    workers_.run(
        "host-disks", [plain, paths = paths_] { *plain = plain_disks(paths); },
        alive_.guard([this, plain] { have_looked(*plain); }));
}

void HostDisks::have_looked(const std::vector<core::PlainDisk>& plain) {
    looking_ = false;
    if (told_ != plain) {
        const bool before = !told_ && told_before(plain);
        told_ = plain;
        sink_(core::HostDisksSeen{plain, before});
        if (!before) remember(plain);
    }
    if (std::exchange(look_again_, false)) look();
}

bool HostDisks::told_before(const std::vector<core::PlainDisk>& plain) const {
    const auto text = read_small(memory_file(paths_), memory_limit);
    return text && *text == text_of(plain);
}

void HostDisks::remember(const std::vector<core::PlainDisk>& plain) const {
    const auto kept = replace_file(memory_file(paths_), text_of(plain), 0644);
    if (!kept) warn(kept.error().text());
}

}  // namespace vaktpost::platform
