// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/media_rules.h"

#include "agent/core/known_media.h"
#include "agent/core/mount_rules.h"
#include "agent/core/usb_rules.h"

namespace vaktpost::core {
namespace {

struct Judgement {
    std::optional<Admission> admission;  // none: it stays closed
    RuleId rule;
    bool retired = false;
    bool unlock_only = false;  // closed to users, and left where an administrator can unlock it
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

// What the policy says about all plain media, or a rule about those of this device.
Judgement judge_plain(const Context& context, const MediumState& medium) {
    const auto* interface = interface_of(context.state, medium.medium);
    if (is_hardware_encrypted(context.state, medium)) return {Admission::any, interface->rule};
    if (interface != nullptr && interface->verdict == InterfaceVerdict::read_only)
        return {Admission::read_only, interface->rule};
    const RuleId named{"media.unencrypted"};
    switch (context.policy.media.unencrypted) {
        case PlainMediaRule::allow:
            return {Admission::any, named};
        case PlainMediaRule::read_only:
            return {Admission::read_only, named};
        case PlainMediaRule::block:
            break;
    }
    return {std::nullopt, named};
}

// A private encrypted stick is encrypted too.
Judgement judge_encrypted(const Context& context, const MediumState& medium) {
    if (context.policy.media.require == MediaRequirement::encrypted)
        return {Admission::encrypted, {"media.encrypted"}};
    const bool enrolled =
        enrolment_of(context.state, medium.examination.token, context.now) == Enrolment::valid;
    return {enrolled ? std::optional(Admission::encrypted) : std::nullopt, {"media.require"}};
}

Judgement judge(const Context& context, const MediumState& medium) {
    if (is_retired(context.state, context.policy, medium))
        return {std::nullopt, {"media.retired"}, true};
    switch (medium.examination.verdict) {
        case Verdict::encrypted:
            return judge_encrypted(context, medium);
        case Verdict::plain:
            return judge_plain(context, medium);
        case Verdict::unknown:
            return {std::nullopt,
                    {"media.unknown"},
                    false,
                    context.policy.media.unknown == UnknownMediaRule::unlock_only};
        case Verdict::error:
            break;
    }
    return {std::nullopt, {"builtin.not_examined"}};
}

EventType record_of(const Judgement& judgement) {
    if (!judgement.admission) return EventType::media_blocked;
    return *judgement.admission == Admission::read_only ? EventType::media_read_only
                                                        : EventType::media_admitted;
}

std::string kind_of(const Context& context, const MediumState& medium) {
    if (is_hardware_encrypted(context.state, medium)) return "hardware";
    return word(medium.examination.verdict);
}

// How it hangs on the machine, and what was decided about that.
void describe_way(const State& state, const Medium& medium, std::vector<Field>& data) {
    data.push_back({"slot", medium.slot});
    if (medium.interface) data.push_back({"interface", std::int64_t{*medium.interface}});
    if (const auto* interface = interface_of(state, medium))
        data.push_back({"through", word(interface->verdict)});
}

std::vector<Field> describe(const Context& context, const MediumState& state) {
    const auto& medium = state.medium;
    std::vector<Field> data{{"medium", medium.id.value}};
    if (medium.device) data.push_back({"device", medium.device->value});
    data.push_back({"size", static_cast<std::int64_t>(medium.size)});
    if (medium.system) return data;
    data.push_back({"verdict", kind_of(context, state)});
    data.push_back({"reason", state.examination.reason});
    data.push_back({"parts", state.examination.parts});
    data.push_back({"verdict_ms", to_ms(context.now - medium.seen)});
    describe_way(context.state, medium, data);
    describe_known(context.state, state, context.now, data);
    return data;
}

Record& append(Context& context, EventType type, MediumState& state, const Judgement& judgement,
               Outcome outcome) {
    auto data = describe(context, state);
    if (judgement.unlock_only) data.push_back({"unlock_only", true});
    auto& record = context.append(type, std::move(data));
    record.rule = judgement.rule;
    state.rule = judgement.rule;
    state.record = record.seq;
    record.outcome = outcome;
    return record;
}

void examine(Context& context, MediumState& state) {
    state.phase = MediumPhase::examining;
    context.act(ExamineMedium{state.medium.id});
}

// Of a medium that is no longer what was admitted; a run before this one may have done that.
std::optional<Seq> record_change(Context& context, MediumState& state, const Judgement& judgement) {
    if (!state.was_admitted) return std::nullopt;
    auto& changed = append(context, EventType::media_changed, state, judgement, Outcome::enforced);
    changed.cause = state.admitted_by;
    return changed.seq;
}

void admit(Context& context, MediumState& state, const Judgement& judgement) {
    const auto admission = *judgement.admission;
    state.phase = MediumPhase::admitted;
    context.act(AdmitMedium{state.medium.id, admission});
    if (state.admitted_by && state.admission == admission) {  // users notice nothing
        if (!state.medium.system) remember_change(context, state, kind_of(context, state));
        return;
    }
    std::optional<Seq> cause;
    if (state.admission == Admission::encrypted) cause = record_change(context, state, judgement);
    auto& record = append(context, record_of(judgement), state, judgement, Outcome::enforced);
    record.cause = cause;
    state.was_admitted = true;
    state.admission = admission;
    state.admitted_by = record.seq;
    if (!state.medium.system) remember(context, state, kind_of(context, state));
    notify_in_front(
        context,
        admission == Admission::read_only ? Notice::medium_read_only : Notice::medium_admitted,
        *state.admitted_by);
}

// A slot stays as it is, so that what comes next into it is judged as well; and what is not there
// nobody could unlock.
bool is_withdrawn(const Medium& medium, const Judgement& judgement) {
    return medium.device && medium.interface && !medium.slot && !judgement.unlock_only;
}

// It was judged and its device is switched off for it: nobody can read it any more, and what was
// found stands.
bool is_switched_off(const State& state, const MediumState& medium) {
    if (medium.phase != MediumPhase::blocked) return false;
    const auto* interface = interface_of(state, medium.medium);
    return interface != nullptr && interface->rule == RuleId{"builtin.medium"};
}

void forget_admission(MediumState& state) {
    state.was_admitted = false;
    state.admitted_by.reset();
    state.admission.reset();
}

void block(Context& context, MediumState& state, const Judgement& judgement) {
    state.phase = MediumPhase::blocked;
    context.act(CloseMedium{state.medium.id});
    const auto cause = record_change(context, state, judgement);
    forget_admission(state);
    auto& record = append(context, EventType::media_blocked, state, judgement, Outcome::enforced);
    record.cause = cause;
    const auto seq = record.seq;
    if (judgement.retired) record_retired(context, state, seq, Outcome::enforced);
    if (is_withdrawn(state.medium, judgement))
        withdraw_storage(context, *state.medium.device, *state.medium.interface, seq);
    notify_in_front(context, Notice::medium_blocked, seq);
}

// Observe mode opened it on arrival; what enforcement would have done is recorded.
void observe(Context& context, MediumState& state, const Judgement& judgement) {
    state.phase = MediumPhase::admitted;
    state.admission = Admission::any;
    const auto seq = append(context, record_of(judgement), state, judgement, Outcome::observed).seq;
    if (judgement.retired) record_retired(context, state, seq, Outcome::observed);
    if (judgement.admission) remember(context, state, kind_of(context, state));
}

// The agent has only just started, and a rule about the device asks what has not been told yet.
bool waits_for_its_device(const State& state, const Medium& medium) {
    if (!medium.device) return false;
    const auto device = state.usb.find(*medium.device);
    return device != state.usb.end() && !device->second.judged;
}

void decide_on(Context& context, MediumState& state) {
    const auto judgement = judge(context, state);
    if (context.policy.media.mode == Mode::observe) {
        observe(context, state, judgement);
    } else if (judgement.admission) {
        admit(context, state, judgement);
    } else {
        block(context, state, judgement);
    }
    reconsider_mounts(context, state.medium.id);
}

void start(Context& context, MediumState& state) {
    state.waits = false;
    if (state.medium.system) {
        admit(context, state, {Admission::any, {"builtin.system_disk"}});
        return;
    }
    if (context.policy.media.mode == Mode::observe)
        context.act(AdmitMedium{state.medium.id, Admission::any});
    examine(context, state);
}

// What was admitted by a token is not taken away because that has ended meanwhile.
bool has_merely_ended(const MediumState& medium, const Judgement& judgement) {
    return judgement.rule == RuleId{"media.require"} && medium.admission == Admission::encrypted &&
           medium.examination.token.state == TokenState::valid;
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
    auto& state = found->second;
    state.medium = event.medium;
    if (event.medium.system || state.condemned || is_switched_off(context.state, state)) return;
    examine(context, state);
}

void on_medium_left(Context& context, const MediumLeft& event) {
    auto left = context.state.media.extract(event.id);
    if (!left) return;
    remember_last(context, left.mapped());
    if (is_switched_off(context.state, left.mapped()))
        context.state.withdrawn_media.insert(std::move(left));
}

void forget_withdrawn_media(State& state, const DeviceId& device) {
    std::erase_if(state.withdrawn_media,
                  [&](const auto& entry) { return entry.second.medium.device == device; });
}

void on_medium_examined(Context& context, const MediumExamined& event) {
    const auto found = context.state.media.find(event.id);
    if (found == context.state.media.end() || found->second.condemned) return;
    auto& state = found->second;
    if (is_switched_off(context.state, state)) return;
    state.examination = event.examination;
    state.waits = waits_for_its_device(context.state, state.medium);
    if (!state.waits) decide_on(context, state);
}

void rejudge_media(Context& context, const DeviceId& device) {
    const bool observed = context.policy.media.mode == Mode::observe;
    for (auto& [id, state] : context.state.media) {
        if (state.medium.device != device || state.medium.system || state.condemned) continue;
        const auto judgement = judge(context, state);
        const bool differs = state.phase != MediumPhase::examining && !observed &&
                             judgement.admission != state.admission &&
                             !has_merely_ended(state, judgement);
        if (std::exchange(state.waits, false) || differs) decide_on(context, state);
    }
}

void condemn(Context& context, MediumState& state, Seq cause) {
    if (state.medium.system || context.policy.media.mode == Mode::observe) return;
    if (std::exchange(state.condemned, true)) return;
    state.phase = MediumPhase::blocked;
    state.rule = {"builtin.mount"};
    state.record = cause;
    context.act(CloseMedium{state.medium.id});
    forget_admission(state);
    if (is_withdrawn(state.medium, {}))
        withdraw_storage(context, *state.medium.device, *state.medium.interface, cause);
    notify_in_front(context, Notice::medium_blocked, cause);
}

void reexamine_media(Context& context) {
    for (auto& [id, state] : context.state.media)
        if (!state.medium.system && !state.condemned) start(context, state);
}

}  // namespace vaktpost::core
