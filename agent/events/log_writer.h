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
#include <variant>
#include <vector>

#include "agent/core/result.h"
#include "agent/events/event_store.h"
#include "agent/events/log_queue.h"
#include "agent/events/log_start.h"
#include "agent/events/record_text.h"
#include "agent/ports/event_log.h"

namespace vaktpost::events {

// Records cannot be stored now. They are kept in memory, and what does not fit is lost and counted.
struct LogTrouble {
    std::string cause;
};

// Everything queued is stored again, or records were lost without trouble because they came faster than the disk.
struct LogWorks {
    std::uint64_t epoch = 0;
    std::string new_epoch_cause;  // why another epoch was begun than the one before; empty: none was
    std::optional<LogGap> gap;    // to be recorded as log.gap
};

using LogNotice = std::variant<LogTrouble, LogWorks>;

struct LogLimits {
    std::size_t queued_records = 4096;
    std::size_t queued_bytes = 4 << 20;
    std::size_t commit_records = 256;
    std::chrono::milliseconds group_time{1000};  // the longest that a record of Urgency::grouped waits
    std::chrono::milliseconds retry_first{1000};  // after a failure; doubled each time up to:
    std::chrono::milliseconds retry_most{60'000};
};

// The event log. A thread of its own formats, chains and commits; it sleeps while nothing is queued. Construct, call and
// destroy on the loop's thread.
class LogWriter final : public ports::EventLog {
  public:
    using Listener = std::function<void(const LogNotice&)>;

    // `listener` is called on the loop's thread, also after this object is gone if the loop still runs.
    LogWriter(boost::asio::io_context& io, std::filesystem::path folder, Origin origin, Listener listener,
              LogLimits limits = {});
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;
    // Tries once more to store what is queued.
    ~LogWriter() override;

    // Opens the log and starts the thread. Blocks on the disk; called once, before the first append.
    LogStart start();

    // For the records appended from now on.
    void set_origin(Origin origin);

    void append(const core::Record& record) override;

    // Returns when all that was appended is stored: true; or could not be, or took longer than `limit`: false.
    bool flush(std::chrono::milliseconds limit);

  private:
    using Clock = std::chrono::steady_clock;

    void run();
    [[nodiscard]] bool wait_for_work(std::unique_lock<std::mutex>& lock);
    void commit_once(std::unique_lock<std::mutex>& lock);
    core::Status reopen();
    core::Status store(const std::vector<Queued>& batch);
    void succeeded();
    void failed(std::vector<Queued> batch, const core::Error& error);
    void notify(LogNotice notice);

    boost::asio::io_context& io_;
    const std::filesystem::path folder_;
    const Listener listener_;
    const LogLimits limits_;
    std::shared_ptr<const Origin> origin_;  // loop's thread

    // The log's thread, and start() before there is one.
    std::optional<EventStore> store_;
    Head head_;  // the last record known to be stored; epoch 0: none is yet
    std::uint64_t epoch_ = 0;
    std::string new_epoch_cause_;

    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::condition_variable settled_;  // a commit has ended
    LogQueue queue_;
    bool committing_ = false;
    bool hurry_ = false;  // flush: commit without waiting
    bool stopping_ = false;
    std::optional<Clock::time_point> retry_at_;  // set: in trouble
    std::chrono::milliseconds retry_after_;
    std::string trouble_;

    std::thread thread_;
};

}  // namespace vaktpost::events
