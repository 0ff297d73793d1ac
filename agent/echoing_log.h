// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/ports/event_log.h"

namespace vaktpost {

// Prints each record as a line on standard output before it passes it on: vaktpostd --foreground.
class EchoingLog final : public ports::EventLog {
  public:
    EchoingLog(ports::EventLog& log, bool echo) : log_(log), echo_(echo) {}

    void append(const core::Record& record) override;

  private:
    ports::EventLog& log_;
    bool echo_;
};

// "  12.345 s  card.removed  000A  reader=…": time since boot, type, code, fields; text from
// devices escaped.
std::string line_of(const core::Record& record);

}  // namespace vaktpost
