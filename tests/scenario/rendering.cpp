// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/scenario/arguments.h"
#include "tests/scenario/vocabulary.h"

namespace vaktpost::scenario {
namespace {

using namespace core;
using Words = std::vector<std::string>;

std::string at(Instant instant) {
    return print_duration(instant.time_since_epoch());
}

std::string join(const auto& items, auto&& text) {
    std::string joined;
    for (const auto& item : items) joined += (joined.empty() ? "" : ",") + text(item);
    return joined;
}

std::string numbers(const std::vector<std::uint8_t>& list) {
    return join(list, [](std::uint8_t number) { return std::to_string(number); });
}

struct ValueText {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(const std::vector<std::string>& value) const {
        return join(value, [](const std::string& item) { return item; });
    }
    std::string operator()(const std::vector<MediumPart>& value) const {
        return join(value, [](const MediumPart& part) {
            return part.type + ":" + std::string(to_string(part.verdict));
        });
    }
};

struct Renderer {
    Words operator()(const LockSession& action) const {
        return {"lock_session", "session=" + action.session.value,
                "step=" + std::string(to_string(action.step))};
    }
    Words operator()(const EndSession& action) const {
        return {"end_session", "session=" + action.session.value};
    }
    Words operator()(const StandDown& action) const {
        return {"stand_down", "session=" + action.session.value};
    }
    Words operator()(const OfferLogin& action) const {
        return {"offer_login", "session=" + action.session.value};
    }
    Words operator()(const SignOut& action) const {
        return {"sign_out", "session=" + action.session.value,
                "command=" + join(action.command, [](const std::string& word) { return word; })};
    }
    Words operator()(const AllowSleep&) const { return {"allow_sleep"}; }
    Words operator()(const Reconcile&) const { return {"reconcile"}; }
    Words operator()(const Notify& action) const {
        Words words{"notify", std::string(to_string(action.notice)),
                    "session=" + action.session.value};
        if (!action.code.empty()) words.push_back("code=" + action.code);
        if (action.until) words.push_back("until=" + at(*action.until));
        if (!action.hold_reason.empty()) words.push_back("hold=" + action.hold_reason);
        return words;
    }
    Words operator()(const WatchActivity& action) const {
        return {"watch_activity", action.on ? "on" : "off"};
    }
    Words operator()(const SetDeadline& action) const {
        return {"set_deadline", std::string(to_string(action.id.kind)), action.id.subject,
                at(action.at)};
    }
    Words operator()(const CancelDeadline& action) const {
        return {"cancel_deadline", std::string(to_string(action.id.kind)), action.id.subject};
    }
    Words operator()(const SwitchUsb& action) const {
        Words words{"switch_usb", "device=" + action.device.value};
        if (!action.authorize.empty()) words.push_back("authorize=" + numbers(action.authorize));
        if (!action.deauthorize.empty())
            words.push_back("deauthorize=" + numbers(action.deauthorize));
        if (!action.quarantine.empty()) words.push_back("quarantine=" + numbers(action.quarantine));
        words.emplace_back(action.deauthorize_device ? "whole_device" : "device_stays");
        return words;
    }
    Words operator()(const ProveKeyboard& action) const {
        return {"prove_keyboard", "device=" + action.device.value,
                "interfaces=" + numbers(action.interfaces)};
    }
    Words operator()(const EndProof& action) const {
        return {"end_proof", "device=" + action.device.value};
    }
    Words operator()(const TellTime&) const { return {"tell_time"}; }
    Words operator()(const RestoreUsbDefaults&) const { return {"restore_usb_defaults"}; }
    Words operator()(const ExamineMedium& action) const {
        return {"examine_medium", "medium=" + action.medium.value};
    }
    Words operator()(const AdmitMedium& action) const {
        return {"admit_medium", "medium=" + action.medium.value,
                "as=" + std::string(to_string(action.admission))};
    }
    Words operator()(const CloseMedium& action) const {
        return {"close_medium", "medium=" + action.medium.value};
    }
    Words operator()(const RememberMedium& action) const {
        Words words{"remember_medium", "medium=" + action.medium.value,
                    "tag=" + action.known.tag.value, "day=" + std::to_string(action.known.last),
                    "kind=" + action.known.kind};
        if (!action.known.unit.empty()) words.push_back("unit=" + action.known.unit);
        if (!action.known.serial.empty()) words.push_back("serial=" + action.known.serial);
        return words;
    }
    Words operator()(const JudgeMount& action) const {
        return {"judge_mount", "mount=" + action.mount.value};
    }
    Words operator()(const AppendEvent& action) const {
        const auto& record = action.record;
        Words words{"append", std::string(to_string(record.type)),
                    "seq=" + std::to_string(record.seq),
                    "outcome=" + std::string(to_string(record.outcome))};
        words.push_back(record.cause ? "cause=" + std::to_string(*record.cause) : "no_cause");
        if (record.severity)
            words.push_back("severity=" + std::string(to_string(*record.severity)));
        if (!record.rule.empty()) words.push_back("rule=" + record.rule.value);
        if (!record.seat.empty()) words.push_back("seat=" + record.seat.value);
        if (record.session) words.push_back("session=" + record.session->id.value);
        for (const auto& field : record.data)
            words.push_back(std::string(field.key) + "=" + std::visit(ValueText{}, field.value));
        return words;
    }
};

}  // namespace

std::vector<std::string> render(const core::Action& action) {
    return std::visit(Renderer{}, action);
}

}  // namespace vaktpost::scenario
