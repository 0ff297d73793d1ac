// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/echoing_log.h"

#include <cstdio>

#include "platform/base/journal.h"

namespace vaktpost {
namespace {

struct ValueText {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(const std::string& value) const { return platform::printable(value); }
    std::string operator()(const std::vector<std::string>& values) const {
        std::string text;
        for (const auto& value : values) text += (text.empty() ? "" : ",") + (*this)(value);
        return text;
    }
    std::string operator()(const std::vector<core::MediumPart>& parts) const {
        std::string text;
        for (const auto& part : parts)
            text += (text.empty() ? "" : ",") + (*this)(part.type) + ":" +
                    std::string(core::to_string(part.verdict));
        return text;
    }
};

}  // namespace

std::string line_of(const core::Record& record) {
    char time[32];
    std::snprintf(time, sizeof time, "%10.3f s",
                  static_cast<double>(record.at.time_since_epoch().count()) / 1e6);
    std::string line = time;
    line += "  " + std::string(core::to_string(record.type)) + "  " + core::short_code(record.seq);
    if (record.outcome != core::Outcome::enforced)
        line += "  " + std::string(core::to_string(record.outcome));
    for (const auto& field : record.data)
        line += "  " + std::string(field.key) + "=" + std::visit(ValueText{}, field.value);
    return line;
}

void EchoingLog::append(const core::Record& record) {
    if (echo_) {
        std::puts(line_of(record).c_str());
        std::fflush(stdout);
    }
    log_.append(record);
}

}  // namespace vaktpost
