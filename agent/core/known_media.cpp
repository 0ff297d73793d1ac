// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/known_media.h"

#include <algorithm>

namespace vaktpost::core {
namespace {

// A day for clocks that lag, and for whoever signs in another time zone.
constexpr WallTime lag = std::chrono::days(1);

bool names_any(const std::vector<Tag>& retired, const Tag& tag) {
    return !tag.empty() && std::find(retired.begin(), retired.end(), tag) != retired.end();
}

bool names(const std::vector<std::string>& retired, const std::string& text) {
    return !text.empty() && std::find(retired.begin(), retired.end(), text) != retired.end();
}

// An organisation that no longer trusts the key still wants the medium closed.
bool claims_any(const std::vector<std::string>& retired, const Token& token) {
    return names(retired, token.serial) ||
           std::any_of(token.claimed.begin(), token.claimed.end(),
                       [&](const std::string& serial) { return names(retired, serial); });
}

// A reader's serial number says nothing about the card in it.
Tag device_tag_of(const State& state, const MediumState& medium) {
    if (!medium.medium.device || medium.medium.slot) return {};
    const auto device = state.usb.find(*medium.medium.device);
    return device == state.usb.end() ? Tag{} : device->second.device.serial_tag;
}

std::int64_t today(const Context& context) {
    return std::chrono::floor<std::chrono::days>(context.state.wall->utc_at(context.now)).count();
}

std::vector<Field> describe(const State& state, const MediumState& medium) {
    std::vector<Field> data{{"medium", medium.medium.id.value}};
    if (medium.medium.device) data.push_back({"device", medium.medium.device->value});
    if (const auto tag = tag_of(state, medium); !tag.empty()) data.push_back({"tag", tag.value});
    const auto& token = medium.examination.token;
    if (token.state != TokenState::valid) return data;
    data.push_back({"organisation", token.organisation});
    data.push_back({"unit", token.unit});
    data.push_back({"serial", token.serial});
    data.push_back({"expires", utc_text(token.expires)});
    return data;
}

}  // namespace

Enrolment enrolment_of(const State& state, const Token& token, Instant now) {
    switch (token.state) {
        case TokenState::none:
            return Enrolment::none;
        case TokenState::untrusted:
            return Enrolment::untrusted;
        case TokenState::invalid:
            return Enrolment::invalid;
        case TokenState::valid:
            break;
    }
    if (!state.wall) return Enrolment::undated;
    const WallTime time = state.wall->utc_at(now);
    if (time < token.issued - lag) return Enrolment::undated;
    return time < token.expires ? Enrolment::valid : Enrolment::expired;
}

Tag tag_of(const State& state, const MediumState& medium) {
    const Tag& identity = medium.examination.identity;
    return identity.empty() ? device_tag_of(state, medium) : identity;
}

bool is_retired(const State& state, const Policy& policy, const MediumState& medium) {
    const auto& retired = policy.media.retired;
    const auto named = [&](const Tag& tag) {
        return names_any(policy.retired_tags, tag) || names(retired, tag.value);
    };
    const auto& examination = medium.examination;
    return claims_any(retired, examination.token) || named(examination.identity) ||
           named(device_tag_of(state, medium)) ||
           std::any_of(examination.volumes.begin(), examination.volumes.end(), named);
}

void describe_known(const State& state, const MediumState& medium, Instant now,
                    std::vector<Field>& data) {
    if (const auto tag = tag_of(state, medium); !tag.empty()) data.push_back({"tag", tag.value});
    if (const auto& volumes = medium.examination.volumes; volumes.size() > 1) {
        std::vector<std::string> tags;
        tags.reserve(volumes.size());
        for (const Tag& volume : volumes) tags.push_back(volume.value);
        data.push_back({"volumes", std::move(tags)});
    }
    const auto& token = medium.examination.token;
    if (token.state == TokenState::none) return;
    data.push_back({"enrolment", word(enrolment_of(state, token, now))});
    if (token.state != TokenState::valid) return;
    data.push_back({"unit", token.unit});
    data.push_back({"serial", token.serial});
}

void remember(Context& context, MediumState& medium, std::string kind) {
    const Tag tag = tag_of(context.state, medium);
    if (tag.empty() || !context.state.wall) return;
    const auto day = today(context);
    const auto& token = medium.examination.token;
    medium.known = {tag, day, day, std::move(kind), token.unit, token.serial};
    context.act(RememberMedium{medium.medium.id, *medium.known});
}

void remember_change(Context& context, MediumState& medium, std::string kind) {
    const auto& known = medium.known;
    const auto& token = medium.examination.token;
    if (known && known->tag == tag_of(context.state, medium) && known->kind == kind &&
        known->unit == token.unit && known->serial == token.serial)
        return;
    remember(context, medium, std::move(kind));
}

void remember_last(Context& context, MediumState& medium) {
    if (!medium.known || !context.state.wall) return;
    const auto day = today(context);
    if (day == medium.known->last) return;
    medium.known->last = day;
    context.act(RememberMedium{medium.medium.id, *medium.known});
}

void remember_present(Context& context) {
    for (auto& [id, medium] : context.state.media) remember_last(context, medium);
}

void record_retired(Context& context, const MediumState& medium, Seq decision, Outcome outcome) {
    auto& record = context.append(EventType::media_retired, describe(context.state, medium));
    record.rule = medium.rule;
    record.cause = decision;
    record.outcome = outcome;
}

void on_medium_remembered(Context& context, const MediumRemembered& event) {
    const auto found = context.state.media.find(event.id);
    if (found == context.state.media.end() || !event.first_enrolled) return;
    const auto& medium = found->second;
    // It may have changed meanwhile, or have been let in for its encryption alone.
    if (enrolment_of(context.state, medium.examination.token, context.now) != Enrolment::valid)
        return;
    auto& record = context.append(EventType::media_enrolled, describe(context.state, medium));
    record.rule = medium.rule;
    record.cause = medium.record;
    if (context.policy.media.mode == Mode::observe) record.outcome = Outcome::observed;
}

}  // namespace vaktpost::core
