// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/report.h"

#include <boost/json.hpp>

namespace vaktpost::examine {

namespace {

// Days, as they stand in the token.
std::string day_text(core::WallTime time) {
    return core::utc_text(time).substr(0, 10);
}

boost::json::object token_object(const core::Token& token) {
    boost::json::object object{{"state", core::to_string(token.state)}};
    if (!token.claimed.empty())
        object["claimed"] = boost::json::array(token.claimed.begin(), token.claimed.end());
    if (token.state != core::TokenState::valid) return object;
    object["organisation"] = token.organisation;
    object["unit"] = token.unit;
    object["serial"] = token.serial;
    object["issued"] = day_text(token.issued);
    object["expires"] = day_text(token.expires - std::chrono::days(1));
    return object;
}

}  // namespace

std::string report_line(const core::Examination& examination,
                        const std::optional<Identification>& identification) {
    boost::json::array parts;
    for (const auto& part : examination.parts)
        parts.push_back(boost::json::object{{"offset", part.offset},
                                            {"size", part.size},
                                            {"type", part.type},
                                            {"verdict", core::to_string(part.verdict)},
                                            {"evidence", part.evidence}});
    boost::json::object report{{"verdict", core::to_string(examination.verdict)},
                               {"parts", std::move(parts)},
                               {"reason", examination.reason}};
    if (identification) {
        boost::json::array volumes;
        for (const auto& each : identification->volumes) volumes.emplace_back(each);
        report["volumes"] = std::move(volumes);
        report["token"] = token_object(identification->token);
    }
    return boost::json::serialize(report) + "\n";
}

int exit_status(core::Verdict verdict) {
    switch (verdict) {
        case core::Verdict::encrypted:
            return 0;
        case core::Verdict::plain:
            return 1;
        case core::Verdict::unknown:
            return 2;
        case core::Verdict::error:
            break;
    }
    return 3;
}

core::Examination failed_examination(const std::string& reason) {
    return {core::Verdict::error, {}, reason};
}

}  // namespace vaktpost::examine
