// SPDX-License-Identifier: GPL-3.0-or-later
// vaktpost-generate-config default-policy|agent.toml|policy.5|agent.toml.5: prints the text. Not
// installed.
#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "config/generated.h"

namespace {

struct Text {
    std::string_view name;
    std::string (*make)();
};

constexpr std::array texts{
    Text{"default-policy", vaktpost::config::default_policy_toml},
    Text{"agent.toml", vaktpost::config::settings_sample_toml},
    Text{"policy.5", vaktpost::config::policy_manual},
    Text{"agent.toml.5", vaktpost::config::settings_manual},
};
constexpr int wrong_usage = 64;  // EX_USAGE of sysexits.h

}  // namespace

int main(int argc, char** argv) {
    for (const Text& text : texts) {
        if (argc != 2 || text.name != argv[1]) continue;
        const std::string made = text.make();
        const bool written = std::fwrite(made.data(), 1, made.size(), stdout) == made.size();
        return written && std::fflush(stdout) == 0 ? 0 : 1;
    }
    std::fputs("usage: vaktpost-generate-config default-policy|agent.toml|policy.5|agent.toml.5\n",
               stderr);
    return wrong_usage;
}
