// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

#include "agent/core/result.h"
#include "platform/mounts/abi.h"

namespace vaktpost::platform {

// Reads the kernel's ring of refusals (BPF_MAP_TYPE_RINGBUF: Documentation/bpf/ringbuf.rst): what
// was refused while nobody read waits there, as far as there is room.
class RefusalRing {
  public:
    static core::Result<RefusalRing> open(int map);
    RefusalRing(RefusalRing&& other) noexcept;
    RefusalRing& operator=(RefusalRing&&) = delete;
    RefusalRing(const RefusalRing&) = delete;
    ~RefusalRing();

    void drain(const std::function<void(const vaktpost_refusal&)>& each);

  private:
    RefusalRing(void* consumer, void* producer) : consumer_(consumer), producer_(producer) {}

    void* consumer_;  // one page: how far we have read
    void* producer_;  // one page: how far the kernel has written; then the records, mapped twice
};

}  // namespace vaktpost::platform
