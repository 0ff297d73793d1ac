// SPDX-License-Identifier: GPL-3.0-or-later
// What an examiner that a medium has taken over may print. The first byte is its exit status.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/devices/examiner_report.h"

using vaktpost::core::Verdict;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view output(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto examination = vaktpost::platform::parse_examiner_report(
        output, data[0] % 4,
        [](std::string_view identifier) { return vaktpost::core::Tag{std::string(identifier)}; });
    const bool all_encrypted =
        !examination.parts.empty() &&
        std::all_of(examination.parts.begin(), examination.parts.end(),
                    [](const auto& part) { return part.verdict == Verdict::encrypted; });
    if (examination.verdict == Verdict::encrypted && (!all_encrypted || data[0] % 4 != 0))
        std::abort();
    if (examination.parts.size() > vaktpost::platform::report_parts_limit) std::abort();
    if (examination.volumes.size() > vaktpost::platform::report_volumes_limit) std::abort();
    if (examination.token.state == vaktpost::core::TokenState::valid &&
        (examination.verdict != Verdict::encrypted || examination.token.serial.empty()))
        std::abort();
    for (const auto& part : examination.parts)
        if (part.type.size() + part.evidence.size() > 2 * vaktpost::platform::report_word_limit)
            std::abort();
    return 0;
}
