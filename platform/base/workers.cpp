// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/workers.h"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <csignal>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace vaktpost::platform {
namespace {

constexpr std::size_t stack_bytes = 262'144;

// Signals belong to the loop's thread: a worker is born with all of them blocked.
class SignalsBlocked {
  public:
    SignalsBlocked() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  private:
    sigset_t before_{};
};

bool start_detached(void* (*body)(void*), void* argument) {
    pthread_attr_t attributes;
    if (::pthread_attr_init(&attributes) != 0) return false;
    ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    ::pthread_attr_setstacksize(&attributes, stack_bytes);
    const SignalsBlocked blocked;
    pthread_t thread{};
    const bool started = ::pthread_create(&thread, &attributes, body, argument) == 0;
    ::pthread_attr_destroy(&attributes);
    return started;
}

}  // namespace

class Workers::Shared : public std::enable_shared_from_this<Shared> {
  public:
    explicit Shared(boost::asio::io_context& io) : io_(&io) {}

    void add(const std::string& key, Work work, Work done) {
        const std::lock_guard lock(mutex_);
        queues_[key].jobs.push_back({std::move(work), std::move(done)});
        start_threads();
    }

    void abandon() {
        std::map<std::string, Queue> dropped;  // destroyed outside the lock
        const std::lock_guard lock(mutex_);
        io_ = nullptr;
        dropped.swap(queues_);
    }

  private:
    struct Job {
        Work work;
        Work done;
    };
    struct Queue {
        std::deque<Job> jobs;
        bool has_thread = false;
    };
    struct Start {
        std::shared_ptr<Shared> shared;
        std::string key;
    };

    // Holding the lock.
    void start_threads() {
        for (auto& [key, queue] : queues_) {
            if (threads_ >= thread_limit) return;
            if (queue.has_thread) continue;
            auto start = std::make_unique<Start>(Start{shared_from_this(), key});
            if (!start_detached(&Shared::body, start.get())) return;
            static_cast<void>(start.release());
            queue.has_thread = true;
            ++threads_;
        }
    }

    static void* body(void* argument) {
        const std::unique_ptr<Start> start(static_cast<Start*>(argument));
        // "vp-usb:1-2.3", cut to what the kernel keeps.
        pthread_setname_np(pthread_self(), ("vp-" + start->key).substr(0, 15).c_str());
        std::optional<Job> job;
        while ((job = start->shared->next(start->key))) {
            job->work();
            job->work = nullptr;
            start->shared->deliver(std::move(job->done));
        }
        return nullptr;
    }

    std::optional<Job> next(const std::string& key) {
        const std::lock_guard lock(mutex_);
        const auto queue = queues_.find(key);
        if (queue != queues_.end() && !queue->second.jobs.empty()) {
            std::optional<Job> job(std::move(queue->second.jobs.front()));
            queue->second.jobs.pop_front();
            return job;
        }
        if (queue != queues_.end()) queues_.erase(queue);
        --threads_;
        start_threads();
        return std::nullopt;
    }

    void deliver(Work done) {
        if (!done) return;
        const std::lock_guard lock(mutex_);
        if (io_ != nullptr) boost::asio::post(*io_, std::move(done));
    }

    std::mutex mutex_;
    boost::asio::io_context* io_;  // none once the owner has gone
    std::map<std::string, Queue> queues_;
    std::size_t threads_ = 0;
};

Workers::Workers(boost::asio::io_context& io) : shared_(std::make_shared<Shared>(io)) {}

Workers::~Workers() {
    shared_->abandon();
}

void Workers::run(const std::string& key, Work work, Work done) {
    shared_->add(key, std::move(work), std::move(done));
}

}  // namespace vaktpost::platform
