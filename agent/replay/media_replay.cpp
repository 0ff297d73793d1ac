// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/replay/media_replay.h"

#include "agent/core/decide.h"
#include "agent/replay/usb_replay.h"

namespace vaktpost::replay {
namespace {

struct MediaRecord {
    core::Medium medium;
    core::Examination examination;
    std::string verdict;   // in its record's word, which is one of ours; none of a system disk
    bool undated = false;  // the clock could not tell whether its token holds
    bool observed = false;
    bool claims = false;  // serials of a token that is not valid, which are not recorded
};

// What became of a medium.
struct Fate {
    std::string text;
    int let_through = 0;
};

constexpr core::WallTime week = std::chrono::days(7);

bool read_verdict(const Recorded& record, MediaRecord& medium) {
    const std::string verdict = record.text("verdict");
    // Plain to us, on a device that encrypts by itself: the device's rule says that.
    const auto known = core::from_string<core::Verdict>(verdict == "hardware" ? "plain" : verdict);
    if (!known) return false;
    medium.examination.verdict = *known;
    medium.verdict = verdict;
    return true;
}

// With dates that make of it what it was then.
void read_token(const Recorded& record, MediaRecord& medium) {
    auto& token = medium.examination.token;
    const std::string enrolment = record.text("enrolment");
    if (enrolment.empty()) return;
    medium.claims = enrolment == "untrusted" || enrolment == "invalid";
    if (const auto state = core::from_string<core::TokenState>(enrolment); state && medium.claims)
        token.state = *state;
    if (medium.claims) return;
    token.state = core::TokenState::valid;
    token.unit = record.text("unit");
    token.serial = record.text("serial");
    token.issued = record.utc - week;
    token.expires = enrolment == "valid" ? record.utc + week : record.utc;
    medium.undated = enrolment == "undated";
}

std::optional<MediaRecord> read_medium(const Recorded& record) {
    MediaRecord medium;
    medium.medium.id = {record.text("medium")};
    medium.medium.system = record.rule == "builtin.system_disk";
    medium.medium.slot = record.flag("slot");
    medium.medium.seen = judged_at;
    if (const auto device = record.text("device"); !device.empty())
        medium.medium.device = core::DeviceId{device};
    if (const auto number = record.number("interface"); number && *number >= 0 && *number < 256)
        medium.medium.interface = static_cast<std::uint8_t>(*number);
    medium.observed = record.outcome == "observed";
    if (medium.medium.system) return medium;
    if (!record.has("slot") || !read_verdict(record, medium)) return std::nullopt;
    medium.examination.identity = {record.text("tag")};
    for (auto& tag : record.list("volumes").value_or(std::vector<std::string>{}))
        medium.examination.volumes.push_back({std::move(tag)});
    read_token(record, medium);
    return medium;
}

Fate fate_of(std::string_view type, bool observed, bool unlock_only) {
    Fate fate{"block", 0};
    if (type == "media.admitted") fate = {"admit", 3};
    if (type == "media.read_only") fate = {"read_only", 2};
    if (unlock_only) fate = {"unlock_only", 1};
    if (observed) fate = {fate.text + ",only_observed", 3};
    return fate;
}

struct Judged {
    Fate fate;
    std::string rule;
};

bool says(const core::Record& record, std::string_view key) {
    for (const core::Field& field : record.data)
        if (field.key == key) return std::get_if<bool>(&field.value) != nullptr;
    return false;
}

// What core records when it has decided; nothing: it did not decide.
std::optional<Judged> decision_in(const core::Actions& actions) {
    std::optional<Judged> judged;
    for (const core::Action& action : actions) {
        const auto* append = std::get_if<core::AppendEvent>(&action);
        if (append == nullptr) continue;
        const core::Record& record = append->record;
        if (record.type == core::EventType::media_admitted ||
            record.type == core::EventType::media_blocked ||
            record.type == core::EventType::media_read_only)
            judged = {
                fate_of(core::to_string(record.type), record.outcome == core::Outcome::observed,
                        says(record, "unlock_only")),
                record.rule.value};
    }
    return judged;
}

std::optional<Judged> judge(const MediaRecord& medium, core::State state,
                            const core::Policy& policy, core::WallTime utc) {
    state.wall.reset();
    if (!medium.undated) state.wall = core::Wall{judged_at, utc, {}};
    const auto arrived = core::decide(state, policy, core::MediumArrived{medium.medium}, judged_at);
    if (medium.medium.system) return decision_in(arrived);
    return decision_in(core::decide(
        state, policy, core::MediumExamined{medium.medium.id, medium.examination}, judged_at));
}

bool keeps_out(core::InterfaceVerdict verdict) {
    return verdict == core::InterfaceVerdict::block ||
           verdict == core::InterfaceVerdict::quarantine;
}

// Behind an interface that is not let in nobody looks at it; one that was judged all the same was
// there before.
std::optional<Judged> kept_out(const Recorded& record, const MediaRecord& medium,
                               const core::State& state) {
    const auto through = core::from_string<core::InterfaceVerdict>(record.text("through"));
    if (!through || keeps_out(*through)) return std::nullopt;
    if (!medium.medium.device || !medium.medium.interface) return std::nullopt;
    const auto device = state.usb.find(*medium.medium.device);
    if (device == state.usb.end()) return std::nullopt;
    const auto found = device->second.interfaces.find(*medium.medium.interface);
    if (found == device->second.interfaces.end()) return std::nullopt;
    const auto& [verdict, rule, observed, audited, hardware] = found->second;
    if (observed || !keeps_out(verdict)) return std::nullopt;
    return Judged{{"block", 0}, rule.value};
}

// Whether it is called retired by what the record does not hold.
bool retirement_is_unknown(const MediaRecord& medium, const Rules& rules, const Judged& judged) {
    if (medium.medium.system || judged.fate.let_through == 0) return false;
    const bool identified =
        !medium.examination.identity.empty() || !medium.examination.volumes.empty();
    return (medium.claims && rules.retires_by_claim()) || (identified && rules.retires_unseen());
}

// The medium was judged behind that very decision about its interface.
bool belongs(const Recorded& record, const MediaRecord& medium, const UsbRecord& usb) {
    if (!medium.medium.interface) return false;
    const auto found = usb.decisions.find(*medium.medium.interface);
    if (found == usb.decisions.end()) return false;
    const bool trusted = record.text("verdict") == "hardware";
    const bool plain = medium.examination.verdict == core::Verdict::plain;
    return core::to_string(found->second.verdict) == record.text("through") &&
           (!plain || found->second.hardware == trusted);
}

JudgedAgain behind(const Recorded& record, const MediaRecord& medium, const Recorded* device,
                   Rules& rules) {
    if (!record.has("through")) return {};  // nothing had been decided about a device
    if (device == nullptr) return {Untold::device, {}};
    if (device->may_be_cut()) return {Untold::cut, {}};
    const auto usb = read_usb(*device);
    if (!usb || !belongs(record, medium, *usb)) return {Untold::device, {}};
    return judge_again(*usb, rules);
}

}  // namespace

Answer replay_medium(const Recorded& record, const Recorded* device, Rules& rules) {
    const auto medium = read_medium(record);
    if (!medium) return {Untold::inputs, {}, {}};
    auto again = behind(record, *medium, device, rules);
    if (again.untold) return {again.untold, {}, {}};
    const Fate was = fate_of(record.type, medium->observed, record.flag("unlock_only"));
    auto judged = kept_out(record, *medium, again.state);
    if (!judged)
        judged = judge(*medium, std::move(again.state), rules.policy(medium->observed), record.utc);
    if (!judged) return {Untold::waits, {}, {}};
    if (retirement_is_unknown(*medium, rules, *judged)) return {Untold::retired, {}, {}};
    Answer answer;
    compare(answer, was.let_through, judged->fate.let_through, was.text != judged->fate.text,
            {medium->verdict, was.text, record.rule, judged->fate.text, judged->rule});
    return answer;
}

}  // namespace vaktpost::replay
