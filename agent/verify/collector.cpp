// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/collector.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <utility>

#include "agent/verify/account.h"
#include "platform/base/journal.h"

namespace vaktpost::verify {
namespace {

namespace json = boost::json;
using events::Position;

constexpr std::size_t most_refused = 20;
constexpr std::size_t most_findings = 200;

Entry entry_of(const Scanned& scanned, const events::Digest& digest, Place place) {
    Entry entry;
    entry.position = scanned.position;
    entry.digest = digest;
    entry.prev = scanned.prev;
    entry.time_ms = scanned.time_ms;
    entry.boot_us = scanned.boot_us;
    entry.boot = std::hash<std::string_view>()(scanned.boot_id);
    entry.salt = scanned.salt;
    entry.places = bit(place);
    entry.traits = traits_of(scanned.type);
    return entry;
}

// A checkpoint or a head.
struct Note {
    std::string host;
    Position position;
    events::Digest digest{};
};

std::optional<std::uint64_t> number_in(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    if (value == nullptr || !value->is_int64() || value->get_int64() < 1) return std::nullopt;
    return static_cast<std::uint64_t>(value->get_int64());
}

std::string_view text_in(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

// The host as records write it, with JSON's escapes.
std::string escaped(std::string_view host) {
    const std::string quoted = json::serialize(json::string_view(host.data(), host.size()));
    return quoted.substr(1, quoted.size() - 2);
}

std::optional<Note> note_of(const json::value& value) {
    if (!value.is_object()) return std::nullopt;
    const json::object& object = value.get_object();
    const std::string_view host = text_in(object, "host");
    const auto epoch = number_in(object, "epoch");
    const auto seq = number_in(object, "seq");
    const auto digest = digest_from_hex(text_in(object, "digest"));
    if (host.empty() || !epoch || !seq || !digest) return std::nullopt;
    return Note{escaped(host), {*epoch, *seq}, *digest};
}

// Where something that is no record claims to belong.
std::optional<std::pair<std::string, Position>> claim_of(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) return std::nullopt;
    const std::string_view host = text_in(value.get_object(), "host");
    const auto epoch = number_in(value.get_object(), "epoch");
    const auto seq = number_in(value.get_object(), "seq");
    if (host.empty() || !epoch || !seq) return std::nullopt;
    return std::pair(escaped(host), Position{*epoch, *seq});
}

Range only(Position position) {
    return {position.epoch, position.seq, position.seq};
}

}  // namespace

void Ledger::add(Finding finding) {
    if (findings.size() < most_findings)
        findings.push_back(std::move(finding));
    else
        ++findings_more;
}

void Ledger::must_hold(Position position, Place place) {
    Entry entry;
    entry.position = position;
    entry.form = Form::known;
    entry.owed = bit(place);
    entries.push_back(entry);
}

Ledger& Collector::ledger_of(std::string_view host) {
    if (newest_ != nullptr && newest_->host == host) return *newest_;
    auto found = ledgers_.find(host);
    if (found == ledgers_.end()) {
        found = ledgers_.emplace(host, Ledger{}).first;
        found->second.host = host;
    }
    newest_ = &found->second;
    return *newest_;
}

void Collector::row(Source& source, Position position, std::string_view text) {
    ++source.lines;
    const auto scanned = scan_record(text);
    if (!scanned && source.host.empty()) {
        refuse(source, "row " + to_text(position));
        return;
    }
    if (!scanned) {
        places_ |= bit(source.place);
        ledger_of(source.host)
            .add({Kind::unreadable, Rank::unexplained, only(position),
                  "what stands in row " + to_text(position) + " is no record"});
        return;
    }
    check_host(source, *scanned);
    check_row(position, *scanned);
    record(source, *scanned, text);
}

void Collector::line(Source& source, std::string_view text) {
    ++source.lines;
    if (text.starts_with("{\"checkpoint\"") || text.starts_with("{\"head\"")) {
        if (!note(source, text)) refuse(source, "line " + std::to_string(source.lines));
        return;
    }
    const auto scanned = scan_record(text);
    if (!scanned) {
        not_a_record(source, text);
        return;
    }
    check_group(source, scanned->host, scanned->position);
    check_order(source, *scanned);
    record(source, *scanned, text);
}

void Collector::not_a_record(const Source& source, std::string_view text) {
    const std::string where = "line " + std::to_string(source.lines);
    const auto claim = claim_of(text);
    if (!claim) {
        refuse(source, where);
        return;
    }
    places_ |= bit(source.place);
    ledger_of(claim->first)
        .add({Kind::unreadable, Rank::unexplained, only(claim->second),
              where + " is not a record as the agent writes it"});
}

void Collector::record(Source& source, const Scanned& scanned, std::string_view text) {
    places_ |= bit(source.place);
    Ledger& ledger = ledger_of(scanned.host);
    const events::Digest digest = events::digest_of(text);
    ledger.entries.push_back(entry_of(scanned, digest, source.place));
    take_account(scanned, source.place, ledger);
    if (show_) show_(scanned, digest);
    ledger.needs_head |= source.ordered;
    ++source.records;
    if (source.host != scanned.host) source.host = scanned.host;
    source.position = scanned.position;
    source.digest = digest;
}

void Collector::check_row(Position row, const Scanned& scanned) {
    if (row == scanned.position) return;
    ledger_of(scanned.host)
        .add({Kind::misplaced, Rank::unexplained, only(row),
              "row " + to_text(row) + " holds record " + to_text(scanned.position)});
}

// A workstation may be given another name; its chain then goes on under that.
void Collector::check_host(const Source& source, const Scanned& scanned) {
    if (source.host.empty() || source.host == scanned.host) return;
    Ledger& ledger = ledger_of(scanned.host);
    const Position before{scanned.position.epoch, scanned.position.seq - 1};
    if (before == source.position && scanned.prev == source.digest && ledger.entries.empty()) {
        Entry entry;
        entry.position = before;
        entry.digest = source.digest;
        entry.form = Form::renamed;
        ledger.entries.push_back(entry);
        ledger.renamed = before;
        return;
    }
    ledger.add({Kind::other_host, Rank::unexplained, only(scanned.position),
                to_text(scanned.position) + " names another host than the record before it in the "
                                            "same database"});
}

// In an ordered source no host's records are parted by another's.
void Collector::check_group(const Source& source, std::string_view host, Position position) {
    if (source.host == host) return;
    if (take_) leave_all_but(source.host, host);
    Ledger& ledger = ledger_of(host);
    if (!source.ordered || !ledger.needs_head) return;
    ledger.add({Kind::other_host, Rank::unexplained, only(position),
                "before " + to_text(position) + " a record of another host stands in its place"});
}

void Collector::check_order(const Source& source, const Scanned& scanned) {
    if (source.host != scanned.host || !(scanned.position < source.position)) return;
    Ledger& ledger = ledger_of(scanned.host);
    if (source.ordered)
        ledger.add({Kind::reordered, Rank::unexplained, only(scanned.position),
                    to_text(scanned.position) + " stands behind " + to_text(source.position)});
    else
        ++ledger.out_of_order;
}

bool Collector::note(Source& source, std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object() || value.get_object().size() != 1) return false;
    const auto& [key, content] = *value.get_object().begin();
    const bool is_head = key == "head";
    const auto note = note_of(content);
    if (!note || (!is_head && key != "checkpoint")) return false;
    if (take_) leave_all_but(source.host, note->host);
    places_ |= bit(Place::centre);
    ++source.records;
    Ledger& ledger = ledger_of(note->host);
    Entry entry;
    entry.position = note->position;
    entry.digest = note->digest;
    entry.form = is_head ? Form::head : Form::checkpoint;
    if (is_head) entry.owed = bit(Place::centre);
    ledger.entries.push_back(entry);
    auto& newest = is_head ? ledger.head : ledger.retained;
    newest = std::max(newest.value_or(Position{}), note->position);
    return true;
}

void Collector::acknowledged(const Source& source, Position position) {
    if (source.host.empty() || position.epoch == 0 || position.seq == 0) return;
    Ledger& ledger = ledger_of(source.host);
    core::Seq& known = ledger.acknowledged[position.epoch];
    known = std::max(known, position.seq);
    ledger.must_hold(position, Place::workstation);
}

void Collector::refuse(const Source& source, std::string_view where) {
    ++refused_count_;
    if (refused_.size() < most_refused)
        refused_.push_back(platform::printable(source.name) + ", " + std::string(where));
}

// Never more than two hosts: a record may stand among another one's.
void Collector::leave_all_but(std::string_view one, std::string_view other) {
    for (auto each = ledgers_.begin(); each != ledgers_.end();) {
        const auto here = each++;
        if (here->first == one || here->first == other) continue;
        newest_ = nullptr;
        take_(std::move(here->second));
        ledgers_.erase(here);
    }
}

}  // namespace vaktpost::verify
