// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "agent/core/catalogue.h"
#include "agent/events/chain.h"
#include "agent/report/period.h"
#include "agent/verify/record_scan.h"

namespace vaktpost::report {

// What is counted by ward and day.
enum class Series : std::uint8_t {
    unconfirmed,  // locks that no witness confirmed
    bypass,       // mounts past the gate, and attempts at one
    blocked,      // devices and media that were
    observed,     // those that the policy only observes
    failed,       // those that should have been, and the switch failed
};
inline constexpr std::size_t series_count = static_cast<std::size_t>(Series::failed) + 1;

using Counts = std::array<std::uint64_t, series_count>;
using ByDay = std::map<std::size_t, Counts>;  // days of the period that have any

// A record that somebody should look at. Every text is hostile.
struct Incident {
    core::Severity severity = core::Severity::warning;
    events::WallTime time;
    events::Position position;
    std::string host;
    std::string type;
    std::string outcome;
    std::vector<std::string> labels;
    std::vector<std::pair<std::string, std::string>> fields;  // never one that tells people apart
};

// Gathers from each record what the page shows of a period; the rest, all that is routine above
// all, leaves no trace here. Memory is bounded but for 60 bytes for each record that counts and
// what is kept for each host.
class Gathering {
  public:
    static constexpr std::size_t most_incidents = 2000;
    static constexpr std::size_t most_labels = 200;
    static constexpr std::size_t most_labels_of_a_host = 16;

    explicit Gathering(const Period& period) : period_(period), by_day_(period.days()) {}

    // A record that comes twice counts once.
    void take(const verify::Scanned& record, const events::Digest& digest);

    [[nodiscard]] const Period& period() const { return period_; }

    // The urgent ones before others, then the newest, of all that there were; newest first.
    [[nodiscard]] std::vector<Incident> incidents() const;
    [[nodiscard]] std::uint64_t incident_count() const { return incident_count_; }

    // One for each day of the period; each record counts once.
    [[nodiscard]] const std::vector<Counts>& by_day() const { return by_day_; }
    // A record counts for each label of its host; "" is for those without one.
    [[nodiscard]] const std::map<std::string, ByDay>& by_label() const { return by_label_; }
    // Of labels beyond the most that are told apart.
    [[nodiscard]] const ByDay& other_labels() const { return other_labels_; }

    // Of the host's record read last. The name is as records write it, with JSON's escapes.
    [[nodiscard]] const std::vector<std::string>& labels_of(const std::string& host) const;

  private:
    struct DigestHash {
        std::size_t operator()(const events::Digest& digest) const;
    };
    struct Labels {
        std::string json;
        std::vector<std::string> words;
    };

    const std::vector<std::string>& note_labels(const verify::Scanned& record);
    void count(Series series, std::size_t day, const std::vector<std::string>& labels);
    void keep(core::Severity severity, const verify::Scanned& record,
              const std::vector<std::string>& labels);

    Period period_;
    std::vector<Counts> by_day_;
    std::map<std::string, ByDay> by_label_;
    ByDay other_labels_;
    std::unordered_map<std::string, Labels> hosts_;
    std::vector<Incident> incidents_;  // a heap, the one to be dropped next in front
    std::uint64_t incident_count_ = 0;
    std::unordered_set<events::Digest, DigestHash> seen_;
};

}  // namespace vaktpost::report
