// SPDX-License-Identifier: GPL-3.0-or-later
// The two key tables as data, for the texts that are made from them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vaktpost::config {

struct KeyInfo {
    std::string_view key;
    std::string allowed;  // what may stand there, in words
    std::string initial;  // the default as TOML: "\"5min\""
    std::string_view help;
};

struct SectionInfo {
    std::string_view name;  // empty: the top level of the file
    std::string_view help;
    std::vector<KeyInfo> keys;
};

std::vector<SectionInfo> policy_sections();
std::vector<SectionInfo> settings_sections();

}  // namespace vaktpost::config
