// SPDX-License-Identifier: GPL-3.0-or-later
// The other policy, in the forms in which it is held against records.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "agent/core/policy.h"
#include "agent/replay/answer.h"

namespace vaktpost::replay {

// What a record does not tell about a device.
struct Doubt {
    bool account = false;  // who was in front
    bool serial = false;   // whether its serial number is one that a rule names
    auto operator<=>(const Doubt&) const = default;
};

// How rules are taken that ask for what is in doubt.
enum class DoubtfulRules { as_written, meeting, left_out };

class Rules {
  public:
    // `tags_known`: serial numbers and identifiers of volumes stand in it as the tags of the
    // machine that wrote the records.
    Rules(core::Policy policy, bool tags_known);

    // `observed`: the machine was set to only observe, which no policy changes.
    const core::Policy& policy(bool observed, Doubt doubt = {},
                               DoubtfulRules how = DoubtfulRules::as_written);

    // What of it this policy has rules for.
    [[nodiscard]] Doubt asked(Doubt doubt) const;
    // Nothing: no rule of that name is in doubt.
    [[nodiscard]] std::optional<Untold> doubtful(const core::RuleId& rule, Doubt doubt) const;

    // media.retired may name media by what is not recorded, or only as a tag not known here.
    [[nodiscard]] bool retires_by_claim() const { return !written_.media.retired.empty(); }
    [[nodiscard]] bool retires_unseen() const;

  private:
    using Form = std::tuple<bool, Doubt, DoubtfulRules>;

    [[nodiscard]] std::unique_ptr<core::Policy> make(const Form& form) const;

    core::Policy written_;
    bool tags_known_;
    Doubt asks_;
    std::map<Form, std::unique_ptr<core::Policy>> forms_;
};

}  // namespace vaktpost::replay
