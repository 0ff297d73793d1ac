// SPDX-License-Identifier: GPL-3.0-or-later
// The log on the disk. In its folder:
//   events.db   SQLite, table event(epoch INTEGER, seq INTEGER, record TEXT, class INTEGER) and
//               those of schema.h; with events.db-wal and events.db-shm
//   epoch       the highest epoch that holds a record, in decimal: survives the loss of the
//               database. Opening and closing it for writing, which changes nothing, tells those
//               who watch the folder of each commit.
//   events.db.damaged-N   databases that could not be used, kept for examination
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/types.h"
#include "agent/events/log_start.h"
#include "agent/events/marks.h"
#include "agent/events/record_class.h"
#include "agent/events/room.h"
#include "agent/events/sqlite.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::events {

inline constexpr std::string_view database_name = "events.db";
inline constexpr std::string_view epoch_name = "epoch";

struct Row {
    core::Seq seq = 0;
    std::string record;
    RecordClass record_class = RecordClass::ordinary;
};

// What is stored together with records.
struct Beside {
    std::vector<Mark> marks;
    std::vector<core::Removal> told;  // the records tell of these
};

// One writer per folder: a lock on the folder keeps a second one out. Blocks on the disk. One
// thread at a time.
class EventStore {
  public:
    // Creates what is missing. A database that is damaged or none of ours is set aside and a new
    // one takes its place, with what could be saved of it; damage() then says why. An error:
    // nothing can be read or written now, later perhaps.
    static core::Result<EventStore> open(const std::filesystem::path& folder);

    [[nodiscard]] const std::optional<Head>& head() const { return head_; }
    [[nodiscard]] std::uint64_t noted_epoch() const { return noted_epoch_; }
    [[nodiscard]] const std::string& damage() const { return damage_; }

    // All of them or none; on success they are on the disk (synchronous=FULL).
    core::Status commit(std::uint64_t epoch, std::span<const Row> rows, const Beside& beside = {});

    // For marks and room.
    [[nodiscard]] Database& database() { return *database_; }

  private:
    EventStore(std::filesystem::path folder, platform::UniqueFd lock);
    core::Status open_database();
    core::Status save_from(const std::filesystem::path& damaged);
    core::Status insert(std::uint64_t epoch, std::span<const Row> rows, const Beside& beside);
    void note(std::uint64_t epoch);
    void announce() const;

    std::filesystem::path folder_;
    platform::UniqueFd lock_;
    std::optional<Database> database_;
    std::optional<Statement> insert_;  // after database_: ended before it
    std::optional<Head> head_;
    std::uint64_t noted_epoch_ = 0;
    std::string damage_;
};

}  // namespace vaktpost::events
