// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/replay_text.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "agent/cli/output.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;
using replay::Direction;
using replay::Untold;

// In the order of Untold.
constexpr auto reasons = std::to_array<std::string_view>({
    "recorded by an older agent that did not say by what it decided",
    "the record is too long to be whole",
    "a rule by account or group may meet, and names are never recorded",
    "a rule by serial number may meet, and this is not the machine whose key names them",
    "the medium may be one that media.retired names",
    "an operator had let the device in",
    "the record of the medium's device is not there",
    "it would have waited until it was known who is in front",
    "which session would have depended on a card of another role is not known",
    "another card came or went while this one could still come back",
    "records that belong to it are missing",
    "the records or the agent ended before it was decided",
});
static_assert(reasons.size() == core::Words<Untold>::table.size());

std::string subject_text(const replay::Difference& difference) {
    const auto& record = difference.record;
    const std::string kind(core::to_string(difference.subject));
    switch (difference.subject) {
        case replay::Subject::usb:
            return kind + " " + as_word(record.text("device")) + " " +
                   as_word(record.text("vendor") + ":" + record.text("product"));
        case replay::Subject::media:
            return kind + " " + as_word(record.text("medium"));
        case replay::Subject::card:
            break;
    }
    return kind + " " + as_word(record.text("reader")) + " " + as_word(record.type);
}

// "block by usb.phones"
std::string decision_text(const std::string& decision, const std::string& rule) {
    return as_word(decision) + (rule.empty() ? "" : " by " + as_word(rule));
}

std::string change_text(const replay::Change& change) {
    // An interface in digits, a verdict or a kind of session: words of ours.
    return change.what + " " + decision_text(change.was, change.was_rule) + " -> " +
           decision_text(change.would_be, change.rule);
}

Colour colour_of(Direction direction) {
    return direction == Direction::looser ? Colour::red : Colour::yellow;
}

std::uint64_t told(const replay::Tally& tally, Direction direction) {
    const auto found = tally.told.find(direction);
    return found == tally.told.end() ? 0 : found->second;
}

std::uint64_t untold(const replay::Tally& tally) {
    std::uint64_t sum = 0;
    for (const auto& [reason, count] : tally.untold) sum += count;
    return sum;
}

}  // namespace

std::string difference_line(const replay::Difference& difference) {
    const auto& record = difference.record;
    const auto direction = difference.answer.direction;
    std::string line = as_word(record.time) + "  " + as_word(record.host) + "  " +
                       as_word(record.code) + "  " +
                       in_colour(core::to_string(direction), colour_of(direction)) + "  " +
                       subject_text(difference) + ": ";
    std::string_view separator;
    for (const auto& change : difference.answer.changes) {
        (line += separator) += change_text(change);
        separator = "; ";
    }
    return line;
}

std::string difference_json(const replay::Difference& difference) {
    const auto& record = difference.record;
    json::object object{{"time", record.time},
                        {"host", record.host},
                        {"epoch", record.epoch},
                        {"seq", record.seq},
                        {"code", record.code},
                        {"type", record.type},
                        {"subject", core::to_string(difference.subject)},
                        {"direction", core::to_string(difference.answer.direction)}};
    for (const char* key : {"device", "vendor", "product", "medium", "reader"})
        if (const auto text = record.text(key); !text.empty()) object[key] = text;
    json::array changes;
    for (const auto& change : difference.answer.changes)
        changes.push_back(json::object{{"what", change.what},
                                       {"was", change.was},
                                       {"was_rule", change.was_rule},
                                       {"would_be", change.would_be},
                                       {"rule", change.rule}});
    object["changes"] = std::move(changes);
    return json::serialize(object);
}

std::vector<std::string> summary_lines(const replay::Tally& tally) {
    const auto number = [](std::uint64_t count) { return std::to_string(count); };
    std::vector<std::string> lines;
    lines.push_back(number(tally.decisions()) + " decisions about devices, media and cards: " +
                    number(told(tally, Direction::same)) + " the same, " +
                    number(tally.differing()) + " differ (" +
                    number(told(tally, Direction::tighter)) + " tighter, " +
                    number(told(tally, Direction::looser)) + " looser, " +
                    number(told(tally, Direction::otherwise)) + " otherwise), " +
                    number(untold(tally)) + " cannot be told");
    for (const auto& [reason, count] : tally.untold)
        lines.push_back("  " + number(count) + " cannot be told: " +
                        std::string(reasons[static_cast<std::size_t>(reason)]));
    if (tally.idle_locks != 0)
        lines.push_back("  " + number(tally.idle_locks) +
                        " idle locks left out: no log of activity is kept by which to replay them");
    if (tally.holds != 0)
        lines.push_back("  " + number(tally.holds) +
                        " holds left out: all they keep off is idle locks");
    return lines;
}

std::string summary_json(const replay::Tally& tally) {
    json::object reasons_of;
    for (const auto& [reason, count] : tally.untold) reasons_of[core::to_string(reason)] = count;
    json::object summary{{"decisions", tally.decisions()},
                         {"same", told(tally, Direction::same)},
                         {"differ", tally.differing()},
                         {"tighter", told(tally, Direction::tighter)},
                         {"looser", told(tally, Direction::looser)},
                         {"otherwise", told(tally, Direction::otherwise)},
                         {"untold", untold(tally)},
                         {"untold_by_reason", std::move(reasons_of)},
                         {"idle_locks", tally.idle_locks},
                         {"holds", tally.holds},
                         {"records", tally.records},
                         {"damaged", tally.damaged}};
    return json::serialize(json::object{{"summary", std::move(summary)}});
}

}  // namespace vaktpost::cli
