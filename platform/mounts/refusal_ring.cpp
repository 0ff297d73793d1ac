// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/refusal_ring.h"

#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace vaktpost::platform {
namespace {

constexpr std::size_t ring_bytes = VAKTPOST_REFUSALS_BYTES;

std::size_t page() {
    return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t producer_bytes() {
    return page() + 2 * ring_bytes;
}

template <class Number>
std::atomic_ref<Number> number_at(void* place) {
    return std::atomic_ref<Number>(*static_cast<Number*>(place));
}

}  // namespace

core::Result<RefusalRing> RefusalRing::open(int map) {
    void* consumer = ::mmap(nullptr, page(), PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
    if (consumer == MAP_FAILED) return core::system_error(errno, "map the ring of refusals");
    void* producer =
        ::mmap(nullptr, producer_bytes(), PROT_READ, MAP_SHARED, map, static_cast<off_t>(page()));
    if (producer != MAP_FAILED) return RefusalRing(consumer, producer);
    const int error = errno;
    ::munmap(consumer, page());
    return core::system_error(error, "map the ring of refusals");
}

RefusalRing::RefusalRing(RefusalRing&& other) noexcept
    : consumer_(std::exchange(other.consumer_, nullptr)),
      producer_(std::exchange(other.producer_, nullptr)) {}

RefusalRing::~RefusalRing() {
    if (consumer_ == nullptr) return;
    ::munmap(consumer_, page());
    ::munmap(producer_, producer_bytes());
}

void RefusalRing::drain(const std::function<void(const vaktpost_refusal&)>& each) {
    auto* records = static_cast<std::uint8_t*>(producer_) + page();
    auto read = number_at<unsigned long>(consumer_).load(std::memory_order_acquire);
    while (read < number_at<unsigned long>(producer_).load(std::memory_order_acquire)) {
        std::uint8_t* record = records + (read & (ring_bytes - 1));
        const auto header = number_at<std::uint32_t>(record).load(std::memory_order_acquire);
        if ((header & BPF_RINGBUF_BUSY_BIT) != 0) return;  // its event is still to come
        const auto length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
        vaktpost_refusal refusal{};
        if (length == sizeof refusal && (header & BPF_RINGBUF_DISCARD_BIT) == 0) {
            std::memcpy(&refusal, record + BPF_RINGBUF_HDR_SZ, sizeof refusal);
            each(refusal);
        }
        read += (std::uint64_t{length} + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
        number_at<unsigned long>(consumer_).store(read, std::memory_order_release);
    }
}

}  // namespace vaktpost::platform
