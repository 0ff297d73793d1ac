// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/media_rules.h"

#include "agent/core/mount_rules.h"
#include "agent/core/usb_rules.h"

namespace vaktpost::core {
namespace {

struct Judgement {
    bool admit = false;
    RuleId rule;
};

Judgement judge(const Policy& policy, Verdict verdict) {
    switch (verdict) {
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

std::vector<Field> describe(const MediumState& state, Instant now) {
    const auto& medium = state.medium;
    std::vector<Field> data{{"medium", medium.id.value}};
    if (medium.device) data.push_back({"device", medium.device->value});
    data.push_back({"size", static_cast<std::int64_t>(medium.size)});
    if (medium.system) return data;
    data.push_back({"verdict", word(state.examination.verdict)});
    data.push_back({"reason", state.examination.reason});
    data.push_back({"parts", state.examination.parts});
    data.push_back({"verdict_ms", to_ms(now - medium.seen)});
    return data;
}

Record& append(Context& context, EventType type, const MediumState& state, RuleId rule,
               Outcome outcome) {
    auto& record = context.append(type, describe(state, context.now));
    record.rule = std::move(rule);
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
    state.admission = admission;
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
    state.admission = Admission::any;
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
    reconsider_mounts(context, event.medium.id);
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
    const auto judgement = judge(context.policy, event.examination.verdict);
    if (context.policy.media.mode == Mode::observe) {
        observe(context, state, judgement);
    } else if (judgement.admit) {
        const bool encrypted = event.examination.verdict == Verdict::encrypted;
        admit(context, state, encrypted ? Admission::encrypted : Admission::any, judgement.rule,
              Outcome::enforced);
    } else {
        block(context, state, judgement.rule);
    }
    reconsider_mounts(context, event.id);
}

void condemn(Context& context, MediumState& state, Seq cause) {
    if (state.medium.system || state.phase == MediumPhase::blocked) return;
    if (context.policy.media.mode == Mode::observe) return;
    state.phase = MediumPhase::blocked;
    state.was_admitted = false;
    state.admitted_by.reset();
    context.act(CloseMedium{state.medium.id});
    if (state.medium.device && state.medium.interface)
        withdraw_storage(context, *state.medium.device, *state.medium.interface, cause);
    notify_active(context, Notice::medium_blocked, cause);
}

void reexamine_media(Context& context) {
    for (auto& [id, state] : context.state.media)
        if (!state.medium.system) start(context, state);
}

}  // namespace vaktpost::core
