// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/media_rules.h"

#include "agent/core/usb_rules.h"

namespace vaktpost::core {
namespace {

struct Judgement {
    bool admit = false;
    RuleId rule;
};

// What was decided about the interface that the medium hangs on; null: it hangs on none.
const InterfaceDecision* interface_of(const State& state, const Medium& medium) {
    if (!medium.device || !medium.interface) return nullptr;
    const auto device = state.usb.find(*medium.device);
    if (device == state.usb.end()) return nullptr;
    const auto found = device->second.interfaces.find(*medium.interface);
    return found == device->second.interfaces.end() ? nullptr : &found->second;
}

// A rule trusts the device to encrypt what looks plain to us.
bool is_hardware_encrypted(const State& state, const MediumState& medium) {
    const auto* interface = interface_of(state, medium.medium);
    return interface != nullptr && interface->hardware &&
           medium.examination.verdict == Verdict::plain;
}

Judgement judge(const Context& context, const MediumState& medium) {
    const auto& policy = context.policy;
    if (is_hardware_encrypted(context.state, medium))
        return {true, interface_of(context.state, medium.medium)->rule};
    switch (medium.examination.verdict) {
        case Verdict::encrypted:
            return {true, {"media.encrypted"}};
        case Verdict::plain:
            return {policy.media.unencrypted == MediaRule::allow, {"media.unencrypted"}};
        case Verdict::unknown:
            return {policy.media.unknown == MediaRule::allow, {"media.unknown"}};
        case Verdict::error:
            break;
    }
    return {false, {"builtin.not_examined"}};
}

std::vector<Field> describe(const MediumState& state, bool hardware, Instant now) {
    const auto& medium = state.medium;
    std::vector<Field> data{{"medium", medium.id.value}};
    if (medium.device) data.push_back({"device", medium.device->value});
    data.push_back({"size", static_cast<std::int64_t>(medium.size)});
    if (medium.system) return data;
    data.push_back({"verdict", hardware ? "hardware" : word(state.examination.verdict)});
    data.push_back({"reason", state.examination.reason});
    data.push_back({"parts", state.examination.parts});
    data.push_back({"verdict_ms", to_ms(now - medium.seen)});
    return data;
}

Record& append(Context& context, EventType type, MediumState& state, const RuleId& rule,
               Outcome outcome) {
    auto& record = context.append(
        type, describe(state, is_hardware_encrypted(context.state, state), context.now));
    record.rule = rule;
    state.rule = rule;
    state.record = record.seq;
    record.outcome = outcome;
    return record;
}

void notify_active(Context& context, Notice notice, Seq about) {
    for (const auto& [id, session] : context.state.sessions)
        if (session.info.active && session.info.session_class == SessionClass::graphical)
            context.act(Notify{id, notice, short_code(about), std::nullopt});
}

void examine(Context& context, MediumState& state) {
    state.phase = MediumPhase::examining;
    context.act(ExamineMedium{state.medium.id});
}

void admit(Context& context, MediumState& state, Admission admission, const RuleId& rule,
           Outcome outcome) {
    const bool again = state.was_admitted && state.admitted_by;
    state.phase = MediumPhase::admitted;
    state.was_admitted = true;
    context.act(AdmitMedium{state.medium.id, admission});
    if (again) return;  // nothing about it has changed
    state.admitted_by = append(context, EventType::media_admitted, state, rule, outcome).seq;
    notify_active(context, Notice::medium_admitted, *state.admitted_by);
}

void block(Context& context, MediumState& state, const RuleId& rule) {
    state.phase = MediumPhase::blocked;
    context.act(CloseMedium{state.medium.id});
    std::optional<Seq> cause;
    if (state.was_admitted) {
        auto& changed = append(context, EventType::media_changed, state, rule, Outcome::enforced);
        changed.cause = state.admitted_by;
        cause = changed.seq;
    }
    state.was_admitted = false;
    state.admitted_by.reset();
    auto& record = append(context, EventType::media_blocked, state, rule, Outcome::enforced);
    record.cause = cause;
    const auto seq = record.seq;
    if (state.medium.device && state.medium.interface)
        withdraw_storage(context, *state.medium.device, *state.medium.interface, seq);
    notify_active(context, Notice::medium_blocked, seq);
}

// Observe mode opened it on arrival; what enforcement would have done is recorded.
void observe(Context& context, MediumState& state, const Judgement& judgement) {
    state.phase = MediumPhase::admitted;
    append(context, judgement.admit ? EventType::media_admitted : EventType::media_blocked, state,
           judgement.rule, Outcome::observed);
}

void start(Context& context, MediumState& state) {
    if (state.medium.system) {
        admit(context, state, Admission::any, {"builtin.system_disk"}, Outcome::enforced);
        return;
    }
    if (context.policy.media.mode == Mode::observe)
        context.act(AdmitMedium{state.medium.id, Admission::any});
    examine(context, state);
}

}  // namespace

void on_medium_arrived(Context& context, const MediumArrived& event) {
    auto& state = context.state.media[event.medium.id];
    state = {};
    state.medium = event.medium;
    state.was_admitted = event.medium.admitted_before;
    start(context, state);
}

void on_medium_changed(Context& context, const MediumChanged& event) {
    const auto found = context.state.media.find(event.medium.id);
    if (found == context.state.media.end()) {
        on_medium_arrived(context, {event.medium});
        return;
    }
    found->second.medium = event.medium;
    if (!event.medium.system) examine(context, found->second);
}

void on_medium_left(Context& context, const MediumLeft& event) {
    context.state.media.erase(event.id);
}

void on_medium_examined(Context& context, const MediumExamined& event) {
    const auto found = context.state.media.find(event.id);
    if (found == context.state.media.end()) return;
    auto& state = found->second;
    state.examination = event.examination;
    const auto judgement = judge(context, state);
    if (context.policy.media.mode == Mode::observe) {
        observe(context, state, judgement);
    } else if (judgement.admit) {
        const bool encrypted = event.examination.verdict == Verdict::encrypted;
        admit(context, state, encrypted ? Admission::encrypted : Admission::any, judgement.rule,
              Outcome::enforced);
    } else {
        block(context, state, judgement.rule);
    }
}

void reexamine_media(Context& context) {
    for (auto& [id, state] : context.state.media)
        if (!state.medium.system) start(context, state);
}

}  // namespace vaktpost::core
