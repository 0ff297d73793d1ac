// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/workers.h"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace vaktpost::platform {
namespace {

constexpr std::size_t stack_bytes = 262'144;

// A device is read and then switched: the second finds the first one's thread still there.
constexpr std::chrono::seconds linger{1};

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
        auto& queue = queues_[key];
        queue.jobs.push_back({std::move(work), std::move(done)});
        if (!queue.busy && queue.jobs.size() == 1) ready_.push_back(key);
        call_threads();
    }

    void abandon() {
        std::map<std::string, Queue> dropped;  // destroyed outside the lock
        const std::lock_guard lock(mutex_);
        io_ = nullptr;
        ready_.clear();
        dropped.swap(queues_);
        work_or_end_.notify_all();
    }

  private:
    struct Job {
        std::string key;
        Work work;
        Work done;
    };
    struct Waiting {
        Work work;
        Work done;
    };
    struct Queue {
        std::deque<Waiting> jobs;
        bool busy = false;  // a thread works on this key
    };

    // Holding the lock. Those that wait for work take it; where they are too few, new ones start.
    void call_threads() {
        work_or_end_.notify_one();
        while (ready_.size() > idle_ && threads_ < thread_limit) {
            auto self = std::make_unique<std::shared_ptr<Shared>>(shared_from_this());
            if (!start_detached(&Shared::body, self.get())) return;
            static_cast<void>(self.release());
            ++threads_;
            ++idle_;
        }
    }

    static void* body(void* argument) {
        const std::unique_ptr<std::shared_ptr<Shared>> self(
            static_cast<std::shared_ptr<Shared>*>(argument));
        Shared& shared = **self;
        while (auto job = shared.next()) {
            // "vp-usb:1-2.3", cut to what the kernel keeps.
            pthread_setname_np(pthread_self(), ("vp-" + job->key).substr(0, 15).c_str());
            job->work();
            job->work = nullptr;
            shared.finish(std::move(*job));
        }
        return nullptr;
    }

    // What to do next; nothing: the thread is to end.
    std::optional<Job> next() {
        std::unique_lock lock(mutex_);
        work_or_end_.wait_for(lock, linger, [this] { return !ready_.empty() || io_ == nullptr; });
        --idle_;
        if (ready_.empty()) {
            --threads_;
            return std::nullopt;
        }
        const std::string key = std::move(ready_.front());
        ready_.pop_front();
        auto& queue = queues_.at(key);
        Waiting waiting = std::move(queue.jobs.front());
        queue.jobs.pop_front();
        queue.busy = true;
        return Job{key, std::move(waiting.work), std::move(waiting.done)};
    }

    void finish(Job job) {
        const std::lock_guard lock(mutex_);
        if (io_ != nullptr && job.done) boost::asio::post(*io_, std::move(job.done));
        ++idle_;
        const auto queue = queues_.find(job.key);
        if (queue == queues_.end()) return;  // abandoned meanwhile
        queue->second.busy = false;
        if (queue->second.jobs.empty())
            queues_.erase(queue);
        else
            ready_.push_back(job.key);
    }

    std::mutex mutex_;
    std::condition_variable work_or_end_;
    boost::asio::io_context* io_;  // none once the owner has gone
    std::map<std::string, Queue> queues_;
    std::deque<std::string> ready_;  // keys with work and no thread on it, the oldest first
    std::size_t threads_ = 0;
    std::size_t idle_ = 0;  // of them, those that take the next ready key
};

Workers::Workers(boost::asio::io_context& io) : shared_(std::make_shared<Shared>(io)) {}

Workers::~Workers() {
    shared_->abandon();
}

void Workers::run(const std::string& key, Work work, Work done) {
    shared_->add(key, std::move(work), std::move(done));
}

}  // namespace vaktpost::platform
