// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agent/core/result.h"
#include "agent/events/log_queue.h"
#include "agent/events/log_start.h"
#include "agent/events/record_text.h"
#include "agent/events/spool.h"
#include "agent/ports/event_log.h"
#include "agent/ports/event_sink.h"

namespace vaktpost::events {

struct LogLimits {
    std::size_t queued_records = 4096;
    std::size_t queued_bytes = 4 << 20;
    std::size_t commit_records = 256;
    std::chrono::milliseconds group_time{
        1000};  // the longest that a record of Urgency::grouped waits
    std::chrono::milliseconds retry_first{1000};  // after a failure; doubled each time up to:
    std::chrono::milliseconds retry_most{60'000};
};

// The event log. A thread of its own formats, chains and commits; it sleeps while nothing is
// queued. Construct, call and destroy on the loop's thread.
//
// It is the source Source::log: SourceBack when records can be stored; SourceLost when they cannot,
// then they are kept in memory; EpochBegun where the disk made another epoch necessary; LogGap,
// once records are stored again, when memory did not hold them all or another epoch had to begin;
// RecordsRemoved for each removal by rule, once more at the start where a run before left no record
// of it; LogFilling.
class LogWriter final : public ports::EventLog {
  public:
    // `sink` is called on the loop's thread, also after this object is gone if the loop still runs.
    LogWriter(boost::asio::io_context& io, std::filesystem::path folder, Origin origin,
              ports::EventSink sink, LogLimits limits = {});
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;
    // Tries once more to store what is queued.
    ~LogWriter() override;

    // Opens the log and starts the thread. Blocks on the disk; called once, before the first
    // append.
    LogStart start();

    // For the records appended from now on.
    void set_origin(Origin origin);

    void set_room(const LogRoom& room);

    // The centre has stored what leaves the machine up to there. Ignored where it has told of more,
    // or where the log has not got that far.
    void acknowledge(Position position);

    [[nodiscard]] Shipping shipping();

    // Called on the loop's thread when records are stored that the centre should not wait for.
    // Before start().
    void on_pressing(std::function<void()> pressing) { pressing_ = std::move(pressing); }

    void append(const core::Record& record) override;

    // Returns when all that was appended is stored: true; or could not be, or took longer than
    // `limit`: false.
    bool flush(std::chrono::milliseconds limit);

    // The epoch being written; 0: not known yet.
    [[nodiscard]] std::uint64_t epoch();

  private:
    using Clock = std::chrono::steady_clock;

    void run();
    [[nodiscard]] bool wait_for_work(std::unique_lock<std::mutex>& lock);  // false: stop
    [[nodiscard]] Clock::time_point next_commit() const;
    void commit_once(std::unique_lock<std::mutex>& lock);
    core::Status reopen();
    [[nodiscard]] bool begins_anew(const LogStart& plan) const;
    core::Status go_on(const LogStart& plan, EventStore store);
    void adjust_queue();
    core::Status store(const std::vector<Queued>& batch, std::optional<Position> acknowledged,
                       const LogRoom& room);
    void succeeded();
    void failed(std::vector<Queued> batch, const core::Error& error);
    void report(core::Event event);

    boost::asio::io_context& io_;
    const std::filesystem::path folder_;
    const ports::EventSink sink_;
    const LogLimits limits_;
    std::shared_ptr<const Origin> origin_;  // loop's thread

    // The log's thread, and start() before there is one.
    std::optional<Spool> spool_;  // empty: in trouble
    Head head_;                   // what the next record follows; epoch 0: not known yet
    bool untold_asked_ = false;   // removals that a run before left without a record

    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::condition_variable settled_;  // a commit has ended
    LogQueue queue_;
    std::uint64_t queued_epoch_ = 0;  // the epoch for which the queue was last adjusted
    LogRoom room_;
    Shipping shipping_;
    std::optional<Position> to_acknowledge_;
    Clock::time_point acknowledge_by_;
    bool committing_ = false;
    bool hurry_ = false;  // flush: commit without waiting
    bool stopping_ = false;
    std::optional<Clock::time_point> retry_at_;  // set: in trouble
    std::chrono::milliseconds retry_after_;
    std::string trouble_;

    std::function<void()> pressing_;
    std::thread thread_;
};

}  // namespace vaktpost::events
