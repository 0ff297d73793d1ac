// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/log_writer.h"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <utility>

namespace vaktpost::events {
namespace {

// Signals are the loop's: a thread started here never gets one.
std::thread thread_without_signals(std::function<void()> work) {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(work));
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

}  // namespace

LogWriter::LogWriter(boost::asio::io_context& io, std::filesystem::path folder, Origin origin, Listener listener,
                     LogLimits limits)
    : io_(io),
      folder_(std::move(folder)),
      listener_(std::move(listener)),
      limits_(limits),
      origin_(std::make_shared<const Origin>(std::move(origin))),
      queue_(limits.queued_records, limits.queued_bytes),
      retry_after_(limits.retry_first) {}

LogWriter::~LogWriter() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

LogStart LogWriter::start() {
    LogStart start;
    if (auto opened = EventStore::open(folder_)) {
        store_ = std::move(*opened);
        start = plan_start(store_->head(), store_->noted_epoch(), store_->damage());
        epoch_ = start.epoch;
        head_ = {start.epoch, start.next_seq - 1, start.previous, {}, {}};
    } else {
        failed({}, opened.error());
    }
    thread_ = thread_without_signals([this] { run(); });
    return start;
}

void LogWriter::set_origin(Origin origin) { origin_ = std::make_shared<const Origin>(std::move(origin)); }

void LogWriter::append(const core::Record& record) {
    Queued item{record, origin_, wall_now(), Clock::now()};
    {
        const std::lock_guard lock(mutex_);
        queue_.push(std::move(item));
    }
    wake_.notify_one();
}

bool LogWriter::flush(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    hurry_ = true;
    retry_at_ = retry_at_ ? std::optional(Clock::now()) : std::nullopt;
    wake_.notify_one();
    const auto done = [this] { return !committing_ && (queue_.empty() || !hurry_); };
    const bool in_time = settled_.wait_for(lock, limit, done);
    return in_time && queue_.empty();
}

void LogWriter::run() {
    std::unique_lock lock(mutex_);
    while (wait_for_work(lock)) commit_once(lock);
    // One last attempt; who stops the agent does not wait for a disk to come back.
    while (!queue_.empty() && (!retry_at_ || hurry_)) commit_once(lock);
}

// False: the end. Otherwise the time for a commit has come.
bool LogWriter::wait_for_work(std::unique_lock<std::mutex>& lock) {
    while (!stopping_) {
        if (queue_.empty()) {
            hurry_ = false;
            settled_.notify_all();
            wake_.wait(lock);
            continue;
        }
        Clock::time_point due = Clock::now();
        if (retry_at_)
            due = *retry_at_;
        else if (!hurry_ && !queue_.has_urgent())
            due = queue_.oldest_since() + limits_.group_time;
        if (due <= Clock::now()) return true;
        wake_.wait_until(lock, due);
    }
    return false;
}

void LogWriter::commit_once(std::unique_lock<std::mutex>& lock) {
    auto opened = core::Status(core::Done{});
    committing_ = true;
    if (!store_) {
        lock.unlock();
        opened = reopen();
        lock.lock();
        if (opened && head_.epoch == epoch_) queue_.forget_up_to(head_.seq);
        if (opened && !new_epoch_cause_.empty()) queue_.begin_epoch();
    }
    std::vector<Queued> batch = queue_.take(limits_.commit_records);
    lock.unlock();
    const core::Status stored = opened ? store(batch) : opened;
    lock.lock();
    committing_ = false;
    if (stored)
        succeeded();
    else
        failed(std::move(batch), stored.error());
    settled_.notify_all();
}
