// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/verify/ledger.h"
#include "agent/verify/record_scan.h"

namespace vaktpost::verify {

// One source while it is being read.
struct Source {
    std::string name;  // as it was given
    Place place = Place::centre;
    bool ordered = false;  // it promises the order of host, epoch and seq

    std::string host;  // of the record before
    events::Position position;
    events::Digest digest{};
    std::uint64_t lines = 0;
    std::uint64_t records = 0;  // and checkpoints and heads
};

// Called with each record that is read, before anything is known about its chain. One that stands
// in several sources comes several times.
using RecordSink = std::function<void(const Scanned& record, const events::Digest& digest)>;

// Turns what sources hold into one ledger for each host.
class Collector {
  public:
    // A row of a workstation's database.
    void row(Source& source, events::Position position, std::string_view text);

    // A line: a record, or the centre's checkpoint or head.
    void line(Source& source, std::string_view text);

    // The workstation's mark: the centre has acknowledged up to here.
    void acknowledged(const Source& source, events::Position position);

    [[nodiscard]] std::map<std::string, Ledger, std::less<>>& ledgers() { return ledgers_; }
    [[nodiscard]] Places places() const { return places_; }

    // Lines that are none and name no host: "FILE, line 7". The first few.
    [[nodiscard]] const std::vector<std::string>& refused() const { return refused_; }
    [[nodiscard]] std::uint64_t refused_count() const { return refused_count_; }

    // Called with a ledger as soon as its ordered source is through with the host, which then is
    // forgotten. Only for one ordered source alone.
    void give_each_host(std::function<void(Ledger&&)> take) { take_ = std::move(take); }

    void show_each_record(RecordSink show) { show_ = std::move(show); }

  private:
    Ledger& ledger_of(std::string_view host);
    void record(Source& source, const Scanned& scanned, std::string_view text);
    void not_a_record(const Source& source, std::string_view text);
    void check_row(events::Position row, const Scanned& scanned);
    void check_host(const Source& source, const Scanned& scanned);
    void check_group(const Source& source, std::string_view host, events::Position position);
    void check_order(const Source& source, const Scanned& scanned);
    bool note(Source& source, std::string_view text);
    void refuse(const Source& source, std::string_view where);
    void leave_all_but(std::string_view one, std::string_view other);

    std::map<std::string, Ledger, std::less<>> ledgers_;
    Ledger* newest_ = nullptr;  // of the record before
    Places places_ = 0;
    std::vector<std::string> refused_;
    std::uint64_t refused_count_ = 0;
    std::function<void(Ledger&&)> take_;
    RecordSink show_;
};

}  // namespace vaktpost::verify
