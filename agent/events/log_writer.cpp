// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/log_writer.h"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <utility>

#include "platform/base/journal.h"

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

LogWriter::LogWriter(boost::asio::io_context& io, std::filesystem::path folder, Origin origin,
                     ports::EventSink sink, LogLimits limits)
    : io_(io),
      folder_(std::move(folder)),
      sink_(std::move(sink)),
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
        start = plan_start(opened->head(), opened->noted_epoch(), opened->damage());
        if (const auto begun = go_on(start, std::move(*opened))) {
            queued_epoch_ = start.epoch;
            shipping_ = spool_->shipping();
            report(core::SourceBack{core::Source::log, {}});
        } else {
            failed({}, begun.error());
        }
    } else {
        failed({}, opened.error());
    }
    thread_ = thread_without_signals([this] { run(); });
    return start;
}

void LogWriter::set_origin(Origin origin) {
    origin_ = std::make_shared<const Origin>(std::move(origin));
}

void LogWriter::set_room(const LogRoom& room) {
    const std::lock_guard lock(mutex_);
    room_ = room;
}

void LogWriter::acknowledge(Position position) {
    {
        const std::lock_guard lock(mutex_);
        if (position <= to_acknowledge_.value_or(shipping_.acknowledged)) return;
        if (!to_acknowledge_) acknowledge_by_ = Clock::now() + limits_.group_time;
        to_acknowledge_ = position;
    }
    wake_.notify_one();
}

Shipping LogWriter::shipping() {
    const std::lock_guard lock(mutex_);
    return shipping_;
}

void LogWriter::append(const core::Record& record) {
    const bool urgent = core::spec_of(record.type).urgency == core::Urgency::at_once;
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = queue_.empty();
        queue_.push({record, origin_, wall_now(), Clock::now()});
    }
    // Otherwise the thread waits already, for the first of the group.
    if (first || urgent) wake_.notify_one();
}

bool LogWriter::flush(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    hurry_ = true;
    if (retry_at_) retry_at_ = Clock::now();
    wake_.notify_one();
    const auto settled = [this] { return !committing_ && (queue_.empty() || !hurry_); };
    return settled_.wait_for(lock, limit, settled) && queue_.empty();
}

std::uint64_t LogWriter::epoch() {
    const std::lock_guard lock(mutex_);
    return queued_epoch_;
}

void LogWriter::run() {
    pthread_setname_np(pthread_self(), "vp-log");
    std::unique_lock lock(mutex_);
    while (wait_for_work(lock)) commit_once(lock);
    // One last attempt: who stops the agent does not wait for a disk to come back.
    retry_at_.reset();
    while ((!queue_.empty() || to_acknowledge_) && !retry_at_) commit_once(lock);
}

bool LogWriter::wait_for_work(std::unique_lock<std::mutex>& lock) {
    while (!stopping_) {
        if (queue_.empty()) hurry_ = false;
        if (queue_.empty() && !to_acknowledge_) {
            wake_.wait(lock);
            continue;
        }
        const Clock::time_point due = next_commit();
        if (due <= Clock::now()) return true;
        wake_.wait_until(lock, due);
    }
    return false;
}

LogWriter::Clock::time_point LogWriter::next_commit() const {
    if (retry_at_) return *retry_at_;
    if (hurry_ || queue_.has_urgent()) return Clock::time_point::min();
    const auto by = to_acknowledge_ ? acknowledge_by_ : Clock::time_point::max();
    return queue_.empty() ? by : std::min(by, queue_.oldest_since() + limits_.group_time);
}

void LogWriter::commit_once(std::unique_lock<std::mutex>& lock) {
    committing_ = true;
    lock.unlock();
    core::Status done = spool_ ? core::Status(core::Done{}) : reopen();
    lock.lock();
    std::vector<Queued> batch;
    if (done) {
        adjust_queue();
        batch = queue_.take(limits_.commit_records);
        const auto acknowledged = std::exchange(to_acknowledge_, std::nullopt);
        const LogRoom room = room_;
        lock.unlock();
        done = store(batch, acknowledged, room);
        lock.lock();
        if (!done) to_acknowledge_ = std::max(to_acknowledge_, acknowledged);
    }
    committing_ = false;
    if (spool_) shipping_ = spool_->shipping();
    if (done)
        succeeded();
    else
        failed(std::move(batch), done.error());
    settled_.notify_all();
}

core::Status LogWriter::reopen() {
    auto opened = EventStore::open(folder_);
    if (!opened) return opened.error();
    const LogStart plan =
        plan_resume(opened->head(), opened->noted_epoch(), opened->damage(), head_);
    const bool anew = begins_anew(plan);
    const Head before = head_;
    const auto found = opened->head();
    if (auto done = go_on(plan, std::move(*opened)); !done) return done;
    if (!anew) return core::Done{};
    const Position acknowledged = std::max(shipping_.acknowledged, spool_->shipping().acknowledged);
    report(epoch_begun(plan, acknowledged));
    for (auto& removal : lost_since(found, before, acknowledged))
        report(core::RecordsRemoved{std::move(removal)});
    return core::Done{};
}

// Not where the epoch was begun before, and holds no record yet.
bool LogWriter::begins_anew(const LogStart& plan) const {
    return plan.epoch != head_.epoch && !plan.new_epoch_cause.empty();
}

core::Status LogWriter::go_on(const LogStart& plan, EventStore store) {
    if (begins_anew(plan))
        platform::warn("event log: epoch " + std::to_string(plan.epoch) +
                       " begins: " + plan.new_epoch_cause);
    auto spool = Spool::begin(std::move(store), plan);
    if (!spool) return spool.error();
    auto untold = spool->untold();
    if (!untold) return untold.error();
    if (!std::exchange(untold_asked_, true))
        for (auto& event : *untold) report(std::move(event));
    spool_ = std::move(*spool);
    head_ = spool_->head();
    return core::Done{};
}

void LogWriter::adjust_queue() {
    if (queued_epoch_ == head_.epoch)
        queue_.forget_up_to(head_.seq);
    else
        queue_.begin_epoch();
    queued_epoch_ = head_.epoch;
}

core::Status LogWriter::store(const std::vector<Queued>& batch,
                              std::optional<Position> acknowledged, const LogRoom& room) {
    if (auto done = spool_->store(batch, acknowledged); !done) {
        spool_.reset();
        return done;
    }
    head_ = spool_->head();
    const bool pressing = std::any_of(batch.begin(), batch.end(), [](const Queued& item) {
        return class_of(item.record, item.origin->routine_stays) == RecordClass::reserved;
    });
    if (pressing && pressing_) boost::asio::post(io_, pressing_);
    auto events = spool_->tidy(room);
    if (events)
        for (auto& event : *events) report(std::move(event));
    else
        platform::warn("event log: no room could be made: " + events.error().text());
    return core::Done{};
}

void LogWriter::succeeded() {
    const bool was_in_trouble = retry_at_.has_value();
    retry_at_.reset();
    retry_after_ = limits_.retry_first;
    if (was_in_trouble) report(core::SourceBack{core::Source::log, {}});
    auto gap = queue_.take_gap();
    if (!gap) return;
    gap->cause = was_in_trouble ? trouble_ : "records came faster than they could be stored";
    report(std::move(*gap));
}

void LogWriter::failed(std::vector<Queued> batch, const core::Error& error) {
    const bool first = !retry_at_;
    queue_.put_back(std::move(batch));
    retry_at_ = Clock::now() + retry_after_;
    retry_after_ = std::min(retry_after_ * 2, limits_.retry_most);
    hurry_ = false;
    trouble_ = error.text();
    if (first) report(core::SourceLost{core::Source::log, trouble_});
}

void LogWriter::report(core::Event event) {
    boost::asio::post(io_, [sink = sink_, event = std::move(event)] { sink(event); });
}

}  // namespace vaktpost::events
