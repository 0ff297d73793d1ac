// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/account.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <string>
#include <unordered_map>

#include "agent/core/catalogue.h"
#include "agent/events/record_text.h"

namespace vaktpost::verify {
namespace {

namespace json = boost::json;
using events::Position;

std::unordered_map<std::string_view, std::uint8_t> make_traits() {
    std::unordered_map<std::string_view, std::uint8_t> traits;
    for (const core::EventSpec& spec : core::catalogue())
        if (spec.routine) traits[spec.name] |= routine_trait;
    traits["clock.changed"] |= clock_trait;
    for (const std::string_view type : {"agent.stopping", "host.sleeping"})
        traits[type] |= stop_trait;
    traits["heartbeat"] |= heartbeat_trait;
    return traits;
}

// Nothing where there is none, or one that no record can mean.
std::optional<std::uint64_t> number_in(const json::object& data, std::string_view key) {
    const json::value* value = data.if_contains(json::string_view(key.data(), key.size()));
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return std::nullopt;
    return static_cast<std::uint64_t>(value->get_int64());
}

std::optional<Range> range_in(const json::object& data, std::uint64_t own_epoch) {
    const auto first = number_in(data, "first");
    const auto last = number_in(data, "last");
    const auto epoch = data.contains("epoch") ? number_in(data, "epoch") : own_epoch;
    if (!first || !last || !epoch || *first == 0 || *last < *first) return std::nullopt;
    return Range{*epoch, *first, *last};
}

std::optional<Account> account_in(const json::object& data, Kind kind, Position by) {
    const auto range = range_in(data, by.epoch);
    const auto count = number_in(data, "count");
    if (!range || !count || *count > range->last - range->first + 1) return std::nullopt;
    return Account{kind, *range, *count, by};
}

// Its last number was lost for certain: whatever lies in front of that must be there.
bool take_gap(const json::object& data, Position by, Place place, Ledger& ledger) {
    const auto account = account_in(data, Kind::lost, by);
    if (!account) return false;
    ledger.accounts.push_back(*account);
    ledger.must_hold({account->range.epoch, account->range.last}, place);
    return true;
}

// Of "all" the newest is enough: it says that nothing earlier remains.
bool take_pruned(const json::object& data, Position by, Ledger& ledger) {
    const json::value* what = data.if_contains("what");
    const auto account = account_in(data, Kind::pruned, by);
    if (what == nullptr || !what->is_string() || !account) return false;
    if (what->get_string() == "all") {
        const PrunedBase base{{account->range.epoch, account->range.last}, by};
        if (!ledger.pruned || ledger.pruned->last < base.last) ledger.pruned = base;
        ledger.prunings.push_back(base);
        return true;
    }
    if (what->get_string() != "routine" && what->get_string() != "damage") return false;
    ledger.accounts.push_back(*account);
    return true;
}

// "SEQ HEX64"
std::optional<Entry> counted_entry(const json::value& text, const Range& range) {
    if (!text.is_string()) return std::nullopt;
    const std::string_view words(text.get_string().data(), text.get_string().size());
    const auto blank = words.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const auto seq = number_from(words.substr(0, blank));
    const auto digest = digest_from_hex(words.substr(blank + 1));
    if (!seq || !digest || *seq < range.first || *seq > range.last) return std::nullopt;
    Entry entry;
    entry.form = Form::counted;
    entry.position = {range.epoch, *seq};
    entry.digest = *digest;
    entry.excused = bit(Place::centre);
    return entry;
}

bool counted_entries(const json::object& data, const Account& account,
                     std::vector<Entry>& entries) {
    const json::value* digests = data.if_contains("digests");
    if (digests == nullptr || !digests->is_array()) return false;
    for (const json::value& text : digests->get_array()) {
        auto entry = counted_entry(text, account.range);
        if (!entry) return false;
        if (!entries.empty() && entries.back().position.seq >= entry->position.seq) return false;
        entries.push_back(*entry);
    }
    return entries.size() == account.count;
}

// One that is not full counts every routine record before it, unless it had to begin with those of
// an earlier epoch.
bool take_counted(const json::object& data, Position by, Ledger& ledger) {
    Position up_to = by;
    if (number_in(data, "count") != 0U) {
        const auto account = account_in(data, Kind::counted, by);
        std::vector<Entry> entries;
        if (!account || !counted_entries(data, *account, entries)) return false;
        ledger.entries.insert(ledger.entries.end(), entries.begin(), entries.end());
        const bool more = account->count >= events::list_limit || account->range.epoch != by.epoch;
        if (more) up_to = {account->range.epoch, account->range.last};
    }
    core::Seq& known = ledger.counted_up_to[up_to.epoch];
    known = std::max(known, up_to.seq);
    return true;
}

// NAME_epoch and NAME_seq; false where one of them is wrong. Both absent: `position` stays.
bool place_in(const json::object& data, const std::string& name, Position& position) {
    if (!data.contains(name + "_epoch") && !data.contains(name + "_seq")) return true;
    const auto epoch = number_in(data, name + "_epoch");
    const auto seq = number_in(data, name + "_seq");
    if (!epoch || !seq || *epoch == 0 || *seq == 0) return false;
    position = {*epoch, *seq};
    return true;
}

bool take_acknowledged(const json::object& data, Position by, Ledger& ledger) {
    Position acknowledged;
    if (!place_in(data, "acknowledged", acknowledged)) return false;
    if (acknowledged == Position{}) return true;
    core::Seq& known = ledger.acknowledged[acknowledged.epoch];
    known = std::max(known, acknowledged.seq);
    ledger.has_centre_since = std::min(ledger.has_centre_since.value_or(by), by);
    return true;
}

bool take_heartbeat(const json::object& data, Position by, Ledger& ledger) {
    // Such a host counts its routine records (agent/events/catalogue.md), and the first log.routine
    // may be still to come.
    if (!data.contains("sessions")) ledger.counted_up_to.try_emplace(by.epoch, 0);
    return take_acknowledged(data, by, ledger);
}

// What was there when the epoch began must be there, or explained. Behind that nobody knows.
bool take_epoch(const json::object& data, Position by, Place place, Ledger& ledger) {
    Position last;
    if (!place_in(data, "last", last) || !take_acknowledged(data, by, ledger)) return false;
    if (last.epoch >= by.epoch) return false;
    ledger.add({Kind::begun_anew,
                Rank::explained,
                {by.epoch, by.seq, by.seq},
                "the log began anew behind " +
                    (last == Position{} ? "nothing known" : to_text(last)) +
                    ": log.epoch says why; whether more had been recorded is not known"});
    if (last != Position{}) ledger.must_hold(last, place);
    return true;
}

bool take(const Scanned& record, const json::object& data, Place place, Ledger& ledger) {
    if (record.type == "log.gap") return take_gap(data, record.position, place, ledger);
    if (record.type == "log.epoch") return take_epoch(data, record.position, place, ledger);
    if (record.type == "log.pruned") return take_pruned(data, record.position, ledger);
    if (record.type == "log.routine") return take_counted(data, record.position, ledger);
    return take_heartbeat(data, record.position, ledger);
}

}  // namespace

std::uint8_t traits_of(std::string_view type) {
    static const auto traits = make_traits();
    const auto found = traits.find(type);
    return found == traits.end() ? std::uint8_t{0} : found->second;
}

void take_account(const Scanned& record, Place place, Ledger& ledger) {
    const std::string_view type = record.type;
    constexpr std::array<std::string_view, 5> types{"heartbeat", "log.epoch", "log.gap",
                                                    "log.pruned", "log.routine"};
    if (std::find(types.begin(), types.end(), type) == types.end()) return;
    boost::system::error_code error;
    const json::value data =
        json::parse(json::string_view(record.data.data(), record.data.size()), error);
    if (!error && data.is_object() && take(record, data.get_object(), place, ledger)) return;
    ledger.add({Kind::false_account,
                Rank::unexplained,
                {record.position.epoch, record.position.seq, record.position.seq},
                std::string(type) + " contradicts itself; it explains nothing"});
}

}  // namespace vaktpost::verify
