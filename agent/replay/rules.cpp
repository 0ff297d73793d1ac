// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/replay/rules.h"

#include <algorithm>
#include <tuple>

namespace vaktpost::replay {
namespace {

bool by_account(const core::UsbRule& rule) {
    return !rule.user.empty() || !rule.group.empty();
}

bool by_unknown_serial(const core::UsbRule& rule) {
    return rule.by_serial && rule.serial_tag.empty();
}

bool is_doubtful(const core::UsbRule& rule, Doubt doubt) {
    return (doubt.account && by_account(rule)) || (doubt.serial && by_unknown_serial(rule));
}

core::UsbRule meeting(core::UsbRule rule, Doubt doubt) {
    if (doubt.account) {
        rule.user.clear();
        rule.group.clear();
    }
    if (doubt.serial && by_unknown_serial(rule)) rule.by_serial = false;
    return rule;
}

// A tag of this machine's, 16 hex digits, as it stands in records.
bool is_tag(const std::string& name) {
    return name.size() == 16 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

Rules::Rules(core::Policy policy, bool tags_known)
    : written_(std::move(policy)), tags_known_(tags_known) {
    // Of whose account a session was no record tells; its class tells what came of it.
    written_.accounts.clear();
    const auto& rules = written_.usb_rules.all();
    asks_.account = std::any_of(rules.begin(), rules.end(), by_account);
    asks_.serial = std::any_of(rules.begin(), rules.end(), by_unknown_serial);
}

const core::Policy& Rules::policy(bool observed, Doubt doubt, DoubtfulRules how) {
    auto& form = forms_[{observed, doubt, how}];
    if (form == nullptr) form = make({observed, doubt, how});
    return *form;
}

Doubt Rules::asked(Doubt doubt) const {
    return {doubt.account && asks_.account, doubt.serial && asks_.serial};
}

std::optional<Untold> Rules::doubtful(const core::RuleId& rule, Doubt doubt) const {
    const core::UsbRule* named = written_.usb_rules.find(rule);
    if (named == nullptr || !is_doubtful(*named, doubt)) return std::nullopt;
    return doubt.account && by_account(*named) ? Untold::account : Untold::serial;
}

bool Rules::retires_unseen() const {
    const auto& retired = written_.media.retired;
    return !tags_known_ && !std::all_of(retired.begin(), retired.end(), is_tag);
}

std::unique_ptr<core::Policy> Rules::make(const Form& form) const {
    const auto& [observed, doubt, how] = form;
    auto policy = std::make_unique<core::Policy>(written_);
    if (observed)
        policy->session.mode = policy->media.mode = policy->usb.mode = core::Mode::observe;
    if (how == DoubtfulRules::as_written) return policy;
    std::vector<core::UsbRule> rules;
    for (const core::UsbRule& rule : written_.usb_rules.all()) {
        if (!is_doubtful(rule, doubt))
            rules.push_back(rule);
        else if (how == DoubtfulRules::meeting)
            rules.push_back(meeting(rule, doubt));
    }
    policy->usb_rules = core::UsbRules(std::move(rules));
    return policy;
}

}  // namespace vaktpost::replay
