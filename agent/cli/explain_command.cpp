// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <memory>
#include <string>

#include "agent/cli/code.h"
#include "agent/cli/commands.h"
#include "agent/cli/event_line.h"
#include "agent/cli/json_text.h"
#include "agent/cli/output.h"
#include "agent/cli/trace.h"
#include "agent/core/catalogue.h"
#include "agent/core/record.h"
#include "agent/events/event_reader.h"

namespace vaktpost::cli {
namespace {

constexpr int not_found = 1;
constexpr std::size_t deepest_indent = 20;  // what lies deeper still fits a line

int fail(const core::Error& error) {
    print_error(error.text());
    return not_found;
}

// What such an event means, in the catalogue's words.
std::string meaning_of(const std::string& type) {
    const auto all = core::catalogue();
    const auto spec = std::find_if(all.begin(), all.end(),
                                   [&](const core::EventSpec& each) { return each.name == type; });
    return spec == all.end() ? "An event that this version does not know."
                             : std::string(spec->when);
}

void print_head(const Trace& trace, const TracedRecord& asked, Output& out) {
    out.line(core::short_code(trace.asked.seq) + "  epoch " + std::to_string(trace.asked.epoch) +
             "  " + as_word(text_in(asked.content, "type")) + ": " +
             meaning_of(text_in(asked.content, "type")));
}

void print_for_people(const Trace& trace, Output& out) {
    for (const TracedRecord& record : trace.records)
        if (record.position == trace.asked) print_head(trace, record, out);
    for (const TracedRecord& record : trace.records) {
        const std::string indent(2 * std::min(record.depth, deepest_indent), ' ');
        out.line((record.position == trace.asked ? "> " : "  ") + indent +
                 event_line(record.content));
    }
}

void print_as_stored(const Trace& trace, Output& out) {
    for (const TracedRecord& record : trace.records) {
        const bool one_line = record.text.find_first_of("\r\n") == std::string::npos;
        out.line(one_line ? record.text : boost::json::serialize(record.content));
    }
}

}  // namespace

int run_explain(const ExplainOptions& options) {
    const auto seq = parse_code(options.code);
    if (!seq) {
        print_error(as_word(options.code) +
                    " is no code: it is letters and digits as shown on "
                    "the screen, such as 00A7");
        return wrong_usage;
    }
    auto reader = events::EventReader::open(options.database);
    if (!reader) return fail(reader.error());
    const auto traces = find_traces(*reader, *seq);
    if (!traces) return fail(traces.error());
    if (traces->empty()) {
        print_error("no event has the code " + core::short_code(*seq));
        return not_found;
    }
    Output out;
    bool complete = true;
    for (const Trace& trace : *traces) {
        if (!options.json && &trace != &traces->front()) out.line("");
        options.json ? print_as_stored(trace, out) : print_for_people(trace, out);
        complete = complete && trace.complete;
    }
    (void)out.flush();
    if (!complete) print_error("records are missing or damaged: this may not be all");
    return complete && !out.failed() ? 0 : 1;
}

void add_explain(CLI::App& app, int& exit_status) {
    auto options = std::make_shared<ExplainOptions>();
    CLI::App* command = app.add_subcommand(
        "explain",
        "Prints what led to the event with that code and all that followed from it. Takes root or "
        "the group vaktpost-review. Exit status 1: there is no such event.");
    command->add_option("CODE", options->code, "the short code that a notice showed")->required();
    command->add_flag("--json", options->json,
                      "the records as they are stored, one JSON object per line");
    command
        ->add_option("--database", options->database, "another log, for example from a copied disk")
        ->capture_default_str();
    command->callback([options, &exit_status] { exit_status = run_explain(*options); });
}

}  // namespace vaktpost::cli
