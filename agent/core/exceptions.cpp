// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/exceptions.h"

#include <algorithm>

#include "agent/core/surroundings.h"
#include "agent/core/usb_rules.h"

namespace vaktpost::core {
namespace {

using Fields = std::vector<Field>;

// How far a clock may lag behind the one that dated an exception: a correction, not another year.
constexpr WallTime lag = std::chrono::minutes(5);

WallTime ms(Duration duration) {
    return std::chrono::duration_cast<WallTime>(duration);
}

std::int64_t minutes(WallTime time) {
    return std::chrono::ceil<std::chrono::minutes>(time).count();
}

bool is_active(const UsbException& exception, WallTime now) {
    return exception.from - lag <= now && now < exception.until;
}

Fields describe(const UsbException& exception) {
    Fields data{{"vendor", hex_text(exception.vendor, 4)},
                {"product", hex_text(exception.product, 4)}};
    if (!exception.serial_tag.empty()) data.push_back({"serial", exception.serial_tag.value});
    data.push_back({"reason", exception.reason});
    data.push_back({"until", utc_text(exception.until)});
    return data;
}

Fields describe(const UsbRule& rule) {
    return {{"unit", rule.unit}, {"until", utc_text(*rule.until)}};
}

void refer_to(Record& record, const UsbException& exception) {
    record.rule = exception.id;
    if (exception.granted != 0) record.cause = exception.granted;
}

void warn_front(Context& context, const UsbException& exception, Seq about) {
    const auto until = context.state.wall->instant_of(exception.until);
    for (const auto& [id, session] : context.state.sessions)
        if (session.info.active && session.info.session_class == SessionClass::graphical)
            context.act(Notify{id, Notice::exception_ends, short_code(about), until, {}});
}

// True: it is over.
bool end(Context& context, UsbException& exception, WallTime now) {
    if (now >= exception.until) {
        refer_to(context.append(EventType::exception_expired, describe(exception)), exception);
        return true;
    }
    const WallTime warning = ms(context.policy.usb.allow_warning);
    if (exception.warned || warning == WallTime::zero() || now < exception.until - warning)
        return false;
    exception.warned = true;
    auto data = describe(exception);
    data.push_back({"minutes", minutes(exception.until - now)});
    auto& record = context.append(EventType::exception_expiring, std::move(data));
    refer_to(record, exception);
    warn_front(context, exception, record.seq);
    return false;
}

void end(Context& context, const UsbRule& rule, WallTime now) {
    auto& said = context.state.rules_ended[rule.id];
    const WallTime warning = ms(context.policy.usb.until_warning);
    if (now < *rule.until && said == RuleEnd::expired) said = RuleEnd::none;  // it was extended
    if (now >= *rule.until) {
        if (std::exchange(said, RuleEnd::expired) == RuleEnd::expired) return;
        context.append(EventType::exception_expired, describe(rule)).rule = rule.id;
    } else if (said == RuleEnd::none && warning != WallTime::zero() &&
               now >= *rule.until - warning) {
        said = RuleEnd::warned;
        auto data = describe(rule);
        data.push_back({"minutes", minutes(*rule.until - now)});
        context.append(EventType::exception_expiring, std::move(data)).rule = rule.id;
    }
}

// The first of them that lies ahead.
void earlier(std::optional<WallTime>& next, WallTime now, WallTime until, WallTime warning) {
    for (const WallTime time : {until - warning, until})
        if (time > now && (!next || time < *next)) next = time;
}

}  // namespace

void on_exception_requested(Context& context, const ExceptionRequested& event) {
    auto& state = context.state;
    const auto found = state.usb.find(event.device);
    if (found == state.usb.end() || !state.wall) return;
    const UsbDevice& device = found->second.device;
    const WallTime now = state.wall->utc_at(context.now);
    UsbException exception;
    exception.vendor = device.vendor;
    exception.product = device.product;
    exception.serial_tag = device.serial_tag;
    exception.descriptors = device.descriptors;
    if (device.serial_tag.empty()) exception.port = device.id;
    exception.reason = event.reason;
    exception.from = now;
    exception.until = now + ms(std::min(event.time, context.policy.usb.allow_longest));
    exception.granted = state.next_seq;
    exception.id = {"exception." + short_code(exception.granted)};
    Fields data{{"device", device.id.value}};
    for (auto& field : describe(exception)) data.push_back(std::move(field));
    data.push_back({"minutes", minutes(exception.until - now)});
    data.push_back({"by", word(event.by)});
    context.append(EventType::exception_granted, std::move(data)).rule = exception.id;
    std::erase_if(state.exceptions,
                  [&](const UsbException& before) { return before.names(device); });
    state.exceptions.push_back(std::move(exception));
    end_exceptions(context);  // a short one may have to say at once that it ends soon
    rejudge_usb(context);
    arm_time(context);
}

void on_exception_remembered(Context& context, const ExceptionRemembered& event) {
    context.state.exceptions.push_back(event.exception);
}

void end_exceptions(Context& context) {
    auto& state = context.state;
    if (!state.wall) return;
    const WallTime now = state.wall->utc_at(context.now);
    std::erase_if(state.exceptions,
                  [&](UsbException& exception) { return end(context, exception, now); });
    for (const auto place : context.policy.usb_rules.timed())
        if (const UsbRule& rule = context.policy.usb_rules[place]; rule.until)
            end(context, rule, now);
}

std::optional<WallTime> next_end(const Context& context) {
    const auto& state = context.state;
    if (!state.wall) return std::nullopt;
    const WallTime now = state.wall->utc_at(context.now);
    const auto& policy = context.policy;
    std::optional<WallTime> next;
    for (const auto& exception : state.exceptions)
        earlier(next, now, exception.until, ms(policy.usb.allow_warning));
    for (const auto place : policy.usb_rules.timed())
        if (const UsbRule& rule = policy.usb_rules[place]; rule.until)
            earlier(next, now, *rule.until, ms(policy.usb.until_warning));
    return next;
}

const UsbException* exception_for(const State& state, const UsbDevice& device, Instant now) {
    if (!state.wall || state.exceptions.empty()) return nullptr;
    const WallTime time = state.wall->utc_at(now);
    const auto found = std::find_if(
        state.exceptions.begin(), state.exceptions.end(), [&](const UsbException& exception) {
            return is_active(exception, time) && exception.names(device);
        });
    return found == state.exceptions.end() ? nullptr : &*found;
}

void record_use(Context& context, const UsbDevice& device, const RuleId& rule, Seq decision) {
    Fields data{{"device", device.id.value}};
    const auto add = [&](Fields more) {
        for (auto& field : more) data.push_back(std::move(field));
        auto& record = context.append(EventType::exception_used, std::move(data));
        record.rule = rule;
        record.cause = decision;
    };
    for (const auto& exception : context.state.exceptions)
        if (exception.id == rule) return add(describe(exception));
    const UsbRule* named = context.policy.usb_rules.find(rule);
    if (named != nullptr && named->until) add(describe(*named));
}

}  // namespace vaktpost::core
