// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

namespace vaktpost::platform {

// Where calls go that can block: one queue per key (a USB device, a disk), each worked off in order
// by threads that are started on demand and end a second after there is nothing left to do. A call
// that hangs delays its own key alone: at most `thread_limit` keys are worked on at once, further
// ones wait for a thread.
class Workers {
  public:
    using Work = std::function<void()>;
    static constexpr std::size_t thread_limit = 32;

    // `io` must outlive this object. Construct and destroy on the loop's thread.
    explicit Workers(boost::asio::io_context& io);
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // Never waits for a thread that hangs: it is left behind and takes its own state with it. Work
    // not begun is dropped, results not yet delivered are lost.
    ~Workers();

    // Runs `work` on a thread and then `done` on the loop. Neither may throw, `work` may
    // not touch what the loop owns, and both are destroyed on either thread. Any thread. Does not
    // keep io_context::run() from returning. Where the system gives no thread, the work waits for
    // the next call or the next thread that is free.
    void run(const std::string& key, Work work, Work done = nullptr);

  private:
    class Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace vaktpost::platform
