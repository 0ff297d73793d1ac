// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/refusal.h"

#include <boost/json/array.hpp>

#include "agent/cli/commands.h"
#include "agent/cli/control_client.h"
#include "agent/cli/json_text.h"
#include "agent/cli/output.h"
#include "platform/base/journal.h"

namespace vaktpost::cli {

namespace json = boost::json;

int complain(const core::Error& error) {
    print_error(no_agent(error) ? "the agent is not running: " + error.detail : error.text());
    return no_agent(error) ? not_running : refused;
}

int complain(const json::object& answer, const std::string& reason) {
    const json::value* reasons = answer.if_contains("reasons");
    if (reasons == nullptr || !reasons->is_array()) {
        const std::string why = text_in(answer, "error");
        print_error("refused: " + (why.empty() ? "no reason given" : platform::printable(why)));
        return refused;
    }
    std::string known;
    for (const json::value& each : reasons->get_array())
        known += (known.empty() ? "" : ", ") + value_text(each);
    print_error(as_word(reason) + " is no reason; the policy knows " +
                (known.empty() ? "none" : known));
    return wrong_usage;
}

}  // namespace vaktpost::cli
