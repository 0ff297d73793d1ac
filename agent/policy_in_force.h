// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "config/load.h"
#include "platform/base/pseudonym.h"

namespace vaktpost {

// The policy this machine follows, and what it falls back to. Loop thread; reads and writes small
// local files.
class PolicyInForce {
  public:
    PolicyInForce(config::PolicyPaths paths, std::string last_good, config::Settings settings,
                  bool observe_all);

    // At start there must be one: the local or default file; else the last one that was good; else
    // the package's or the built-in one. Why an earlier choice was refused is in `refused`, empty
    // if it was not.
    void load_first(std::string& refused);

    // An error leaves everything as it was.
    core::Status reload();

    // The policy names devices by serial number and retired media by the identifier of a volume;
    // what those are held against is its tag.
    void make_tags(const platform::Pseudonym& pseudonym);

    [[nodiscard]] const core::Policy& policy() const { return effective_; }
    [[nodiscard]] const config::LoadedPolicy& loaded() const { return loaded_; }

  private:
    void take(config::LoadedPolicy loaded);
    void keep_as_last_good() const;

    config::PolicyPaths paths_;
    std::string last_good_;
    config::Settings settings_;
    bool observe_all_;
    config::LoadedPolicy loaded_;
    core::Policy effective_;  // with the machine's settings applied
};

}  // namespace vaktpost
