// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/ports/event_sink.h"
#include "agent/ports/media_gate.h"
#include "platform/base/alive.h"
#include "platform/base/workers.h"
#include "platform/devices/admissions.h"
#include "platform/devices/examiner_process.h"
#include "platform/devices/paths.h"

namespace vaktpost::platform {

// Has media examined, at most `examinations_limit` at a time (further ones wait their turn), and
// opens them to udisks or closes them: it writes or removes the admission, then lets the kernel
// announce a change of the disk and its partitions, upon which udev's rules judge them anew. Loop
// thread only.
class MediaGate final : public ports::MediaGate {
  public:
    static constexpr std::size_t examinations_limit = 4;
    struct Deadline {
        std::chrono::seconds child{30};  // what the examiner is given
        // Beyond that it is killed and counts as failed.
        core::Duration grace = std::chrono::seconds(2);
        // Until the kernel refuses to write to what was admitted to be read.
        core::Duration read_only = std::chrono::seconds(30);
    };
    // Hears when examinations begin and when their verdict has been reported.
    struct Observer {
        std::function<void(const core::MediumId&)> started;
        std::function<void(const core::MediumId&)> finished;
    };

    MediaGate(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
              Admissions& admissions, DevicePaths paths, Deadline deadline);
    ~MediaGate() override;

    void observe(Observer observer) { observer_ = std::move(observer); }

    // Hears what is open, and what no longer is: before udisks does.
    using Hear = std::function<void(const core::MediumId&, std::optional<core::Admission>)>;
    void on_admission(Hear hear) { hear_ = std::move(hear); }

    // Media are identified by tags that are made so, and tokens signed by these keys count. Set
    // before the first examination.
    void identify(TagVolume tag, std::vector<std::string> trusted_keys) {
        tag_ = std::move(tag);
        trusted_keys_ = std::move(trusted_keys);
    }

    void examine(const core::MediumId& medium) override;
    void admit(const core::MediumId& medium, core::Admission admission) override;
    void close(const core::MediumId& medium) override;

    // The medium has gone: its examination ends without a verdict, its admission with it.
    void left(const core::MediumId& medium);

  private:
    void start_waiting();
    void start(const core::MediumId& medium);
    void finished(const core::MediumId& medium, core::Examination examination);
    void announce_change(const core::MediumId& medium);
    // A medium that the kernel does not make read-only, or not in time, counts as not examined.
    void await_read_only(const core::MediumId& medium);

    boost::asio::io_context& io_;
    ports::EventSink sink_;
    Workers& workers_;
    Admissions& admissions_;
    DevicePaths paths_;
    Deadline deadline_;
    Observer observer_;
    Hear hear_;
    TagVolume tag_;
    std::vector<std::string> trusted_keys_;
    std::deque<core::MediumId> waiting_;
    std::set<core::MediumId> read_only_;  // admitted so, as long as nothing else was asked for
    std::map<core::MediumId, std::shared_ptr<ExaminerProcess>> running_;
    Alive alive_;
};

}  // namespace vaktpost::platform
