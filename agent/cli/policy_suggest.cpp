// SPDX-License-Identifier: GPL-3.0-or-later
// Drafts rules from what this machine has recorded. Records are hostile: what goes into a rule is
// checked for its form, so that nothing a device says can become TOML.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>

#include "agent/cli/commands.h"
#include "agent/cli/json_text.h"
#include "agent/cli/output.h"
#include "agent/events/event_reader.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_hex(std::string_view text, std::size_t digits) {
    return text.size() == digits && text.find_first_not_of(hex_digits) == std::string_view::npos;
}

bool is_class(std::string_view text) {
    return text.size() == 8 && text[2] == ':' && text[5] == ':' && is_hex(text.substr(0, 2), 2) &&
           is_hex(text.substr(3, 2), 2) && is_hex(text.substr(6), 2);
}

struct Identity {
    std::string vendor;
    std::string product;
    std::string serial_tag;  // empty: any of that model
    auto operator<=>(const Identity&) const = default;
};

struct Seen {
    std::set<std::string> classes;
    std::size_t times = 0;
    bool blocked = false;
    std::string last;  // day
};

// What no rule is asked about needs none.
bool is_builtin(const json::object& record) {
    const std::string rule = text_in(record, "rule");
    return rule.starts_with("builtin.") && rule != "builtin.storage" &&
           rule != "builtin.only_keyboard" && rule != "builtin.medium";
}

// "0=03:01:01,03:00:00"
void add_classes(const json::object& data, std::string_view key, std::set<std::string>& classes) {
    const json::value* list = data.if_contains(json::string_view(key.data(), key.size()));
    if (list == nullptr || !list->is_array()) return;
    for (const json::value& each : list->get_array()) {
        if (!each.is_string()) continue;
        std::string_view rest(each.get_string().data(), each.get_string().size());
        rest.remove_prefix(std::min(rest.find('='), rest.size()));
        while (!rest.empty()) {
            rest.remove_prefix(1);
            const auto end = std::min(rest.find(','), rest.size());
            if (is_class(rest.substr(0, end))) classes.emplace(rest.substr(0, end));
            rest.remove_prefix(end);
        }
    }
}

class Draft {
  public:
    explicit Draft(bool this_machine) : this_machine_(this_machine) {}

    void take(std::string_view text) {
        boost::system::error_code error;
        const auto value = json::parse(json::string_view(text.data(), text.size()), error);
        if (error || !value.is_object()) return;
        const auto& record = value.get_object();
        const std::string type = text_in(record, "type");
        if ((type != "usb.allowed" && type != "usb.blocked") || is_builtin(record)) return;
        const auto& data = object_in(record, "data");
        Identity identity{text_in(data, "vendor"), text_in(data, "product"), {}};
        if (!is_hex(identity.vendor, 4) || !is_hex(identity.product, 4)) return;
        if (const auto tag = text_in(data, "serial"); this_machine_ && is_hex(tag, 16))
            identity.serial_tag = tag;
        auto& seen = seen_[identity];
        for (const std::string_view key : {"allowed", "blocked", "examined", "read_only"})
            add_classes(data, key, seen.classes);
        ++seen.times;
        const json::value* blocked = data.if_contains("blocked");
        seen.blocked = seen.blocked ||
                       (blocked != nullptr && blocked->is_array() && !blocked->get_array().empty());
        seen.last = day_of(text_in(record, "time"));
    }

    void print(Output& out) const {
        out.line("# One rule for each device that this machine has recorded, to be looked through");
        out.line("# one by one: what was plugged in is not what should have been.");
        out.line("format = 1");
        std::size_t number = 0;
        for (const auto& [identity, seen] : seen_)
            if (!seen.classes.empty()) print(identity, seen, ++number, out);
    }

  private:
    static std::string day_of(const std::string& time) {
        const std::string day = time.substr(0, 10);
        const bool good = day.find_first_not_of("0123456789-") == std::string::npos;
        return good ? day : std::string();
    }

    static void print(const Identity& identity, const Seen& seen, std::size_t number, Output& out) {
        constexpr std::size_t most_patterns = 32;
        std::string classes;
        std::size_t count = 0;
        for (const auto& each : seen.classes)
            if (++count <= most_patterns)
                classes += (classes.empty() ? "\"" : ", \"") + each + "\"";
        out.line("");
        out.line("# Recorded " + std::to_string(seen.times) + " times, the last on " + seen.last +
                 (seen.blocked ? "; a rule blocks it or a part of it now" : ""));
        out.line("[[usb.rule]]");
        out.line("id = \"seen-" + std::to_string(number) + "-" + identity.vendor + "-" +
                 identity.product + "\"");
        out.line("interface = [" + classes + "]");
        out.line("vendor = \"" + identity.vendor + "\"");
        out.line("product = \"" + identity.product + "\"");
        if (!identity.serial_tag.empty()) out.line("serial_tag = \"" + identity.serial_tag + "\"");
        out.line("action = \"allow\"");
    }

    bool this_machine_;
    std::map<Identity, Seen> seen_;
};

}  // namespace

int run_policy_suggest(const PolicySuggestOptions& options) {
    auto reader = events::EventReader::open(options.database);
    if (!reader) {
        print_error(reader.error().text());
        return 1;
    }
    Draft draft(options.this_machine);
    const auto read = reader->after({}, [&](events::Position, std::string_view record) {
        draft.take(record);
        return true;
    });
    if (!read) {
        print_error(read.error().text());
        return 1;
    }
    Output out;
    draft.print(out);
    (void)out.flush();
    return out.failed() ? 1 : 0;
}

void add_policy_suggest(CLI::App& policy, int& exit_status) {
    auto options = std::make_shared<PolicySuggestOptions>();
    CLI::App* command = policy.add_subcommand("suggest",
                                              "Drafts a rule for each USB device that this machine "
                                              "has recorded, as a policy that \"policy "
                                              "check\" accepts. Takes root or the group "
                                              "vaktpost-review. Exit status 1: the events cannot "
                                              "be read.");
    command->add_flag("--this-machine", options->this_machine,
                      "tell devices of one model apart by the tags of their serial numbers, which "
                      "hold for this machine alone");
    command->add_option("--database", options->database, "the agent's database")
        ->capture_default_str();
    command->callback([options, &exit_status] { exit_status = run_policy_suggest(*options); });
}

}  // namespace vaktpost::cli
