// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"
#include "agent/events/position.h"
#include "agent/events/sqlite.h"

namespace vaktpost::events {

// Reads a log while the agent writes it, or when it is stopped, and from a folder that may not be
// written to. Takes no lock that the agent would wait for.
class EventReader {
  public:
    // False: no more records, please. The text is valid during the call.
    using Visitor = std::function<bool(Position, std::string_view record)>;

    // The error says who may read where the caller may not.
    static core::Result<EventReader> open(const std::filesystem::path& database);

    // Records behind `position`, oldest first. Read in pages: a visitor that takes its time, such
    // as a pager, does not keep SQLite from tidying up its write-ahead log.
    core::Status after(Position position, const Visitor& visitor);

    // The same of those that leave the machine.
    core::Status leaving_after(Position position, const Visitor& visitor);

    // What leaves the machine has been stored by the centre up to there; {0, 0}: nothing yet.
    core::Result<Position> acknowledged();

    // All records, newest first. The visitor should be quick.
    core::Status newest_first(const Visitor& visitor);

    // The file at the path is another one now: the agent set the one being read aside.
    [[nodiscard]] bool replaced() const { return database_.moved(); }

  private:
    struct Found {
        Position position;
        std::string record;
    };
    struct Page {
        std::vector<Found> rows;
        bool last = false;
    };
    core::Status pages(Position position, std::string_view which, const Visitor& visitor);
    core::Result<Page> page_after(Position position, std::string_view which);

    explicit EventReader(Database database) : database_(std::move(database)) {}
    Database database_;
};

}  // namespace vaktpost::events
