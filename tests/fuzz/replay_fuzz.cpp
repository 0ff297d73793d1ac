// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the lines of a log, held against several policies: no crash, each line is counted
// once, and what is told of a difference is one, in words of ours where it says so.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "agent/replay/replay.h"
#include "agent/replay/usb_record.h"
#include "config/policy_parser.h"

using namespace vaktpost;
using namespace vaktpost::replay;

namespace {

constexpr std::string_view policies[] = {"format = 1\n",
                                         R"(format = 1
[session]
card_removal_grace = "5s"
unlock_needs = "card"
)",
                                         R"(format = 1
[session]
on_card_removal = "warn"
on_other_card = "end"
[media]
unencrypted = "read_only"
retired = ["AB-12"]
)",
                                         R"(format = 1
[usb]
mode = "observe"
new_keyboards = "prove"
[media]
mode = "observe"
)",
                                         R"(format = 1
[[usb.rule]]
id = "a"
interface = ["08:*:*"]
user = ["anna"]
action = "block"
[[usb.rule]]
id = "b"
vendor = "0781"
product = "5581"
serial = "AB12"
action = "allow"
)"};

void check(bool holds) {
    if (!holds) std::abort();
}

// They are read once.
const core::Policy& policy_of(std::uint8_t number) {
    static const auto read = [] {
        std::vector<core::Policy> all;
        for (const auto text : policies) {
            auto policy = config::parse_policy(text, "policy");
            check(policy.ok());
            all.push_back(std::move(*policy));
        }
        return all;
    }();
    return read[number % read.size()];
}

// As a person reads it: digits of an interface, a verdict, a kind of session.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == ':' || c == ',' ||
               c == '=' || c == '_';
    });
}

void check_difference(const Difference& difference) {
    const Answer& answer = difference.answer;
    check(!answer.untold && answer.direction != Direction::same && !answer.changes.empty());
    for (const Change& change : answer.changes) {
        check(is_plain(change.what) && change.was != change.would_be);
        check(is_plain(change.was) || difference.subject == Subject::card);
    }
}

void check_usb(const UsbRecord& usb) {
    const auto& interfaces = usb.device.interfaces;
    check(!usb.device.id.empty());
    check(std::is_sorted(
        interfaces.begin(), interfaces.end(),
        [](const auto& one, const auto& other) { return one.number < other.number; }));
    for (const auto& interface : interfaces) check(usb.decisions.contains(interface.number));
    check(usb.decisions.size() <= interfaces.size());
}

// How many lines are notes of the centre's, which are not counted.
std::uint64_t look_at(std::string_view text) {
    const Line line = read_line(text);
    if (line.kind != LineKind::record) return line.kind == LineKind::note ? 1 : 0;
    const Recorded& record = line.record;
    check(!record.type.empty() && record.epoch > 0 && record.seq > 0);
    if (const auto usb = read_usb(record)) check_usb(*usb);
    return 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    Rules rules(policy_of(data[0] >> 1), (data[0] & 1) != 0);
    std::uint64_t differing = 0;
    Replay replay([&](const std::string&) -> Rules& { return rules; },
                  [&](const Difference& difference) {
                      check_difference(difference);
                      ++differing;
                  });
    std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::uint64_t lines = 0;
    std::uint64_t notes = 0;
    for (bool more = true; more; ++lines) {
        const auto end = text.find('\n');
        notes += look_at(text.substr(0, end));
        replay.take(text.substr(0, end));
        more = end != std::string_view::npos;
        if (more) text.remove_prefix(end + 1);
    }
    replay.finish();
    const Tally& tally = replay.tally();
    check(tally.records + tally.damaged + notes == lines);
    check(tally.decisions() <= tally.records && tally.differing() == differing);
    return 0;
}
