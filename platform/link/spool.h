// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>

#include "agent/core/result.h"
#include "agent/events/event_reader.h"

namespace vaktpost::link {

// What the centre does not have yet: the agent's own database, read behind its back. It may be
// missing, be set aside and replaced, and begin a new epoch at any time.
class Spool {
  public:
    struct Record {
        events::Position position;
        std::string text;
    };

    explicit Spool(std::filesystem::path database) : database_(std::move(database)) {}

    // The next record to be sent; null: there is none now. Valid until any other call.
    const Record* next();
    // It was sent.
    void advance();
    // Everything up to here is at the centre, for good.
    void acknowledge(events::Position position);
    // What was sent and not acknowledged comes again.
    void rewind();

    // The agent has committed: there may be more, or another database.
    void look_again();

    // Why nothing can be read; empty while it can, or while there is no database at all.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

  private:
    // Read ahead, so that not every record is a query of its own.
    static constexpr std::size_t most_records = 512;
    static constexpr std::size_t most_bytes = 1 << 20;

    core::Status open();
    core::Status read_on();
    void fill();

    const std::filesystem::path database_;
    std::optional<events::EventReader> reader_;
    std::deque<Record> ahead_;
    events::Position read_;          // newest record that was read
    events::Position acknowledged_;  // by the agent's mark, or later
    bool exhausted_ = false;         // nothing more until look_again()
    std::string trouble_;
};

}  // namespace vaktpost::link
