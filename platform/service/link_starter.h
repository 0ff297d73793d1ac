// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "platform/base/workers.h"

namespace vaktpost::platform {

// Asks the service manager for vaktpost-link, which sends what is waiting and ends by itself. One
// that runs already stays. Loop thread; the bus is waited for elsewhere.
class LinkStarter {
  public:
    // `workers` must outlive this object.
    explicit LinkStarter(Workers& workers) : workers_(workers) {}

    // At most once in `pause`: a link that cannot even start is not asked for at each record.
    void start();

    static constexpr std::chrono::seconds pause{10};

  private:
    Workers& workers_;
    std::optional<std::chrono::steady_clock::time_point> last_;
    // Shared with the thread that asks: the failure is told once, until it has worked again.
    std::shared_ptr<bool> complained_ = std::make_shared<bool>(false);
};

}  // namespace vaktpost::platform
