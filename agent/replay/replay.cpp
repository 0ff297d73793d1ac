// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/replay/replay.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "agent/replay/media_replay.h"
#include "agent/replay/usb_replay.h"

namespace vaktpost::replay {
namespace {

bool is_card_decision(const std::string& type) {
    return type == "card.removed" || type == "card.presence_lost" || type == "card.other";
}

bool is_media_decision(const std::string& type) {
    return type == "media.admitted" || type == "media.blocked" || type == "media.read_only";
}

// It forgets which card may still come back.
bool ends_the_agent(const std::string& type) {
    return type == "agent.started" || type == "agent.stopping";
}

}  // namespace

std::uint64_t Tally::differing() const {
    std::uint64_t sum = 0;
    for (const auto& [direction, count] : told)
        if (direction != Direction::same) sum += count;
    return sum;
}

std::uint64_t Tally::decisions() const {
    std::uint64_t sum = 0;
    for (const auto& [direction, count] : told) sum += count;
    for (const auto& [reason, count] : untold) sum += count;
    return sum;
}

Replay::Replay(RulesFor rules_for, Tell tell)
    : rules_for_(std::move(rules_for)), tell_(std::move(tell)) {}

void Replay::take(std::string_view text) {
    Line line = read_line(text);
    if (line.kind == LineKind::damaged) ++tally_.damaged;
    if (line.kind == LineKind::record) take(std::move(line.record));
}

void Replay::take(Recorded record) {
    ++tally_.records;
    Host& host = hosts_[record.host];
    const bool anew = host.boot_id != record.boot_id || host.epoch != record.epoch;
    if (anew || ends_the_agent(record.type)) end_cards(host, [](const CardCase&) { return true; });
    if (anew) give_up_media(host, {});
    if (anew) host.devices.clear();
    const bool hole = anew || record.seq != host.seq + 1;
    for (CardCase& each : host.cards) each.hole = each.hole || hole;
    host.boot_id = record.boot_id;
    host.epoch = record.epoch;
    host.seq = record.seq;
    host.at = record.at;
    follow(host, record);
    if (record.type == "usb.allowed" || record.type == "usb.blocked") decide_usb(host, record);
    if (record.type == "usb.removed") {
        give_up_media(host, record.text("device"));
        host.devices.erase(record.text("device"));
    }
    if (is_media_decision(record.type)) decide_media(host, record);
    if (is_card_decision(record.type)) remember_card(host, std::move(record));
}

void Replay::follow(Host& host, const Recorded& record) {
    end_cards(host,
              [&](const CardCase& each) { return record.at - each.record.at > longest_case; });
    follow_cards(host, record);
    if (record.type == "session.hold") ++tally_.holds;
    if (record.type == "session.lock_requested" && record.text("trigger") == "idle" &&
        record.number("attempt") == 1)
        ++tally_.idle_locks;
}

void Replay::follow_cards(Host& host, const Recorded& record) {
    // Of a log that tells of more, the rest counts as missing.
    constexpr std::size_t most_later = 1024;
    std::shared_ptr<const Recorded> later;
    for (CardCase& each : host.cards) {
        const auto kind = follow_up(each, record);
        if (!kind) continue;
        if (each.after.size() == most_later) {
            each.hole = true;
            continue;
        }
        if (later == nullptr) later = std::make_shared<const Recorded>(record);
        each.after.push_back({*kind, later});
    }
}

void Replay::remember_card(Host& host, Recorded record) {
    // Where cards come and go faster than this in six minutes, the oldest is judged by what is
    // known of it by then.
    constexpr std::size_t most_cards = 32;
    if (host.cards.size() == most_cards) {
        host.cards.front().hole = true;
        end_cards(host, [&](const CardCase& each) { return &each == &host.cards.front(); });
    }
    host.cards.push_back({std::move(record), {}, false, {}});
}

void Replay::decide_usb(Host& host, const Recorded& record) {
    auto answer = replay_usb(record, rules_for_(record.host));
    if (!answer) return;
    host.devices[record.text("device")] = record;
    count(Subject::usb, record, std::move(*answer));
    decide_waiting_media(host, record.text("device"));
}

void Replay::decide_media(Host& host, const Recorded& record) {
    // A log that names none of its devices makes us remember no more than this.
    constexpr std::size_t most_waiting = 64;
    const auto device = host.devices.find(record.text("device"));
    const Recorded* known = device == host.devices.end() ? nullptr : &device->second;
    auto answer = replay_medium(record, known, rules_for_(record.host));
    if (answer.untold == Untold::device && host.media.size() < most_waiting)
        host.media.push_back(record);
    else
        count(Subject::media, record, std::move(answer));
}

void Replay::decide_waiting_media(Host& host, const std::string& device) {
    for (const Recorded& record : std::exchange(host.media, {}))
        if (record.text("device") == device)
            decide_media(host, record);
        else
            host.media.push_back(record);
}

void Replay::give_up_media(Host& host, const std::string& device) {
    for (const Recorded& record : std::exchange(host.media, {}))
        if (device.empty() || record.text("device") == device)
            count(Subject::media, record, {Untold::device, {}, {}});
        else
            host.media.push_back(record);
}

void Replay::end_cards(Host& host, const std::function<bool(const CardCase&)>& which) {
    std::vector<CardCase> kept;
    for (CardCase& each : host.cards) {
        if (!which(each)) {
            kept.push_back(std::move(each));
            continue;
        }
        each.end = std::min(host.at, each.record.at + longest_case);
        auto answer = replay_card(each, rules_for_(each.record.host));
        count(Subject::card, each.record, std::move(answer));
    }
    host.cards = std::move(kept);
}

void Replay::finish() {
    for (auto& [name, host] : hosts_) {
        end_cards(host, [](const CardCase&) { return true; });
        give_up_media(host, {});
    }
}

void Replay::count(Subject subject, const Recorded& record, Answer answer) {
    if (answer.untold) {
        ++tally_.untold[*answer.untold];
        return;
    }
    ++tally_.told[answer.direction];
    if (answer.direction != Direction::same) tell_({subject, record, std::move(answer)});
}

}  // namespace vaktpost::replay
