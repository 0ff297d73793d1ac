// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>

namespace vaktpost::platform {

// Guards handlers that may be called after their object has gone: results of workers, timers,
// processes. Loop thread.
class Alive {
  public:
    // The function, or nothing once this object is destroyed.
    template <class Function>
    [[nodiscard]] auto guard(Function function) const {
        return [token = std::weak_ptr<int>(token_),
                function = std::move(function)](auto&&... arguments) mutable {
            if (!token.expired()) function(std::forward<decltype(arguments)>(arguments)...);
        };
    }

  private:
    std::shared_ptr<int> token_ = std::make_shared<int>(0);
};

}  // namespace vaktpost::platform
