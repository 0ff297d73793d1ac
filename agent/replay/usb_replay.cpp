// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/replay/usb_replay.h"

#include <algorithm>

#include "agent/core/decide.h"

namespace vaktpost::replay {
namespace {

using core::InterfaceDecision;
using core::InterfaceVerdict;

const core::SeatName seat0{"seat0"};

// Plays events to core, at one instant.
class Stage {
  public:
    explicit Stage(const core::Policy& policy) : policy_(policy) {}

    void play(const core::Event& event) { core::decide(state, policy_, event, judged_at); }
    core::State state;

  private:
    const core::Policy& policy_;
};

void open_session(Stage& stage, core::SessionClass kind, bool locked) {
    core::SessionInfo info;
    info.id = {"1"};
    info.seat = seat0;
    info.session_class = kind;
    info.active = true;
    stage.play(core::SessionOpened{info});
    if (locked) stage.state.sessions[info.id].lock = core::LockState::locked;
}

void set_front(Stage& stage, const core::UsbCircumstances& by) {
    const bool locked = by.screen != core::ScreenTold::open;
    switch (by.front) {
        case core::Front::desktop:
            return open_session(stage, core::SessionClass::graphical, locked);
        case core::Front::console:
            return open_session(stage, core::SessionClass::text, locked);
        case core::Front::login:
            return open_session(stage, core::SessionClass::greeter, false);
        case core::Front::none:
            break;
    }
}

void set_sessions(Stage& stage, const core::UsbCircumstances& by) {
    if (by.screen == core::ScreenTold::lost)
        return stage.play(core::SourceLost{core::Source::sessions, {}});
    if (by.screen != core::ScreenTold::untold)
        stage.play(core::SourceBack{core::Source::sessions, std::nullopt});
    set_front(stage, by);
}

// Another device on which a code is being waited for.
void keep_busy(core::State& state) {
    auto& other = state.usb[{"the other"}];
    other.device.id = {"the other"};
    other.device.interfaces = {{0, {{core::usb_class::hid, 1, 1}}, true}};
    other.interfaces[0] = {InterfaceVerdict::quarantine, {"usb.new_keyboards"}};
    other.judged = true;
}

void set_input(Stage& stage, const core::UsbDevice& device, const core::InputFacts& input) {
    core::InputsRemembered remembered;
    if (input.known)
        remembered.inputs.push_back({device.id, device.descriptors, *input.known, 0, 0});
    if (input.suspected)
        remembered.inputs.push_back(
            {device.id, device.descriptors, core::InputKind::withheld, 0, 0});
    stage.play(remembered);
    stage.play(core::InputChanged{seat0, true, false, input.other_keyboard});
    auto& state = stage.state;
    if (input.proof == core::ProofStanding::passed)
        state.usb[device.id].proof = core::Proof::passed;
    if (input.proof == core::ProofStanding::failed)
        state.usb[device.id].proof = core::Proof::failed;
    if (input.proof == core::ProofStanding::paused) state.proof_failed = judged_at;
    if (input.proof == core::ProofStanding::busy) keep_busy(state);
}

core::State judged_by(const UsbRecord& usb, const core::Policy& policy) {
    Stage stage(policy);
    if (usb.by.offset) stage.play(core::TimeTold{usb.decided, *usb.by.offset});
    set_sessions(stage, usb.by);
    if (usb.by.input) set_input(stage, usb.device, *usb.by.input);
    core::UsbDevice device = usb.device;
    device.seen = judged_at;
    stage.play(core::UsbDeviceArrived{std::move(device)});
    return std::move(stage.state);
}

// Names of who is in front are in no record; where nobody is, there are none to be met.
Doubt doubt_of(const UsbRecord& usb) {
    Doubt doubt;
    doubt.account =
        usb.by.screen == core::ScreenTold::open || usb.by.screen == core::ScreenTold::locked;
    doubt.serial = !usb.device.serial_tag.empty();
    return doubt;
}

const core::UsbDeviceState& device_in(const core::State& state, const UsbRecord& usb) {
    return state.usb.at(usb.device.id);
}

bool is_excepted(const UsbRecord& usb) {
    return std::any_of(usb.decisions.begin(), usb.decisions.end(), [](const auto& entry) {
        return entry.second.rule.value.starts_with("exception.");
    });
}

// Why it is not certain what was decided where the doubtful rules meet all they may; nothing: it
// is, because none of them decides and without them all is the same.
std::optional<Untold> uncertain(const core::UsbDeviceState& met, const core::UsbDeviceState& unmet,
                                const Rules& rules, Doubt doubt) {
    for (const auto& [number, decision] : met.interfaces) {
        if (const auto why = rules.doubtful(decision.rule, doubt)) return why;
        const auto other = unmet.interfaces.find(number);
        if (other == unmet.interfaces.end() || other->second != decision)
            return doubt.account ? Untold::account : Untold::serial;
    }
    return std::nullopt;
}

std::string verdict_text(const InterfaceDecision& decision) {
    std::string text(core::to_string(decision.verdict));
    if (decision.audited) text += ",audit";
    if (decision.hardware) text += ",hardware_encrypted";
    if (decision.observed) text += ",only_observed";
    return text;
}

// What is only observed lets everything through.
int let_through(const InterfaceDecision& decision) {
    constexpr int of_verdict[] = {4, 0, 2, 3, 1};  // in the order of InterfaceVerdict
    const int level =
        decision.observed ? 4 : of_verdict[static_cast<std::size_t>(decision.verdict)];
    return 4 * level + (decision.hardware ? 2 : 0) + (decision.audited ? 0 : 1);
}

bool differ(const InterfaceDecision& was, const InterfaceDecision& now) {
    return was.verdict != now.verdict || was.audited != now.audited ||
           was.hardware != now.hardware || was.observed != now.observed;
}

Answer compared(const UsbRecord& usb, const core::UsbDeviceState& now) {
    Answer answer;
    for (const auto& interface : usb.device.interfaces) {
        InterfaceDecision was = usb.decisions.at(interface.number);
        if (was.rule == core::RuleId{"builtin.medium"}) continue;  // follows from its medium
        const InterfaceDecision& would_be = now.interfaces.at(interface.number);
        was.observed = was.verdict == InterfaceVerdict::block &&
                       (usb.failed ? would_be.observed : usb.observed);
        compare(answer, let_through(was), let_through(would_be), differ(was, would_be),
                {interface_text(interface), verdict_text(was), was.rule.value,
                 verdict_text(would_be), would_be.rule.value});
    }
    return answer;
}

}  // namespace

JudgedAgain judge_again(const UsbRecord& usb, Rules& rules) {
    if (is_excepted(usb)) return {Untold::exception, {}};
    const Doubt doubt = rules.asked(doubt_of(usb));
    const bool in_doubt = doubt != Doubt{};
    const auto how = in_doubt ? DoubtfulRules::meeting : DoubtfulRules::as_written;
    auto state = judged_by(usb, rules.policy(usb.observed, doubt, how));
    if (!device_in(state, usb).judged) return {Untold::waits, {}};
    if (!in_doubt) return {std::nullopt, std::move(state)};
    const auto without = judged_by(usb, rules.policy(usb.observed, doubt, DoubtfulRules::left_out));
    const auto why = uncertain(device_in(state, usb), device_in(without, usb), rules, doubt);
    return {why, std::move(state)};
}

std::optional<Answer> replay_usb(const Recorded& record, Rules& rules) {
    if (record.cause) return std::nullopt;
    if (record.may_be_cut()) return Answer{Untold::cut, {}, {}};
    const auto usb = read_usb(record);
    if (!usb) return Answer{Untold::inputs, {}, {}};
    const auto again = judge_again(*usb, rules);
    if (again.untold) return Answer{again.untold, {}, {}};
    return compared(*usb, device_in(again.state, *usb));
}

}  // namespace vaktpost::replay
