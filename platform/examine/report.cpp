// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/report.h"

#include <boost/json.hpp>

namespace vaktpost::examine {

std::string report_line(const core::Examination& examination) {
    boost::json::array parts;
    for (const auto& part : examination.parts)
        parts.push_back(boost::json::object{{"offset", part.offset},
                                            {"size", part.size},
                                            {"type", part.type},
                                            {"verdict", core::to_string(part.verdict)},
                                            {"evidence", part.evidence}});
    return boost::json::serialize(
               boost::json::object{{"verdict", core::to_string(examination.verdict)},
                                   {"parts", std::move(parts)},
                                   {"reason", examination.reason}}) +
           "\n";
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
