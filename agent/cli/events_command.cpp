// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <optional>

#include "agent/cli/commands.h"
#include "agent/cli/event_filter.h"
#include "agent/cli/event_line.h"
#include "agent/cli/log_watch.h"
#include "agent/cli/output.h"
#include "agent/core/catalogue.h"
#include "agent/events/event_reader.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;
using events::EventReader;
using events::Position;

// One run of the command over one log.
class Listing {
  public:
    Listing(const EventsOptions& options, EventFilter filter)
        : options_(options), filter_(std::move(filter)) {}

    int run() {
        auto reader = EventReader::open(options_.database);
        if (!reader) return fail(reader.error());
        if (!options_.follow) return exit_status(list(*reader));
        auto watch = LogWatch::open(options_.database);
        if (!watch) return fail(watch.error());
        watch_ = &*watch;
        return follow(std::move(*reader));
    }

  private:
    static int fail(const core::Error& error) {
        print_error(error.text());
        return 1;
    }

    int exit_status(const core::Status& done) {
        if (!done) return fail(done.error());
        (void)out_.flush();
        return out_.failed() || damaged_ ? 1 : 0;
    }

    core::Status list(EventReader& reader) {
        return options_.last > 0 ? list_last(reader) : list_new(reader);
    }

    // Behind what has been printed.
    core::Status list_new(EventReader& reader) {
        return reader.after(seen_, [this](Position position, std::string_view record) {
            seen_ = position;
            const auto parsed = wanted(position, record);
            return (!parsed || print(record, *parsed)) && !stopped();
        });
    }

    core::Status list_last(EventReader& reader) {
        std::vector<std::string> records;
        auto done = reader.newest_first([&](Position position, std::string_view record) {
            if (seen_ == Position{}) seen_ = position;
            if (wanted(position, record)) records.emplace_back(record);
            return records.size() < options_.last && !stopped();
        });
        std::reverse(records.begin(), records.end());
        for (const std::string& record : records) print(record, json::parse(record).get_object());
        return done;
    }

    int follow(EventReader reader) {
        for (auto done = list(reader);; done = list_new(reader)) {
            if (!done || !out_.flush() || watch_->wait() == LogWatch::Woken::stop)
                return exit_status(done);
            if (!reader.replaced()) continue;
            auto next = EventReader::open(options_.database);
            if (next)
                reader = std::move(*next);  // otherwise the next notice comes when it is there
        }
    }

    // A record that is none is named and passed over.
    std::optional<json::object> wanted(Position position, std::string_view record) {
        boost::system::error_code error;
        json::value parsed = json::parse(json::string_view(record.data(), record.size()), error);
        if (error || !parsed.is_object()) {
            print_error("record " + std::to_string(position.epoch) + "/" +
                        std::to_string(position.seq) + " is damaged");
            damaged_ = true;
            return std::nullopt;
        }
        if (!filter_.wants(parsed.get_object())) return std::nullopt;
        return std::move(parsed.get_object());
    }

    bool print(std::string_view record, const json::object& parsed) {
        if (!options_.json) return out_.line(event_line(parsed));
        // The agent's own records are one line each; somebody else's may not be.
        const bool one_line = record.find_first_of("\r\n") == std::string_view::npos;
        return one_line ? out_.line(record) : out_.line(json::serialize(parsed));
    }

    [[nodiscard]] bool stopped() const { return watch_ != nullptr && watch_->stopped(); }

    const EventsOptions& options_;
    const EventFilter filter_;
    LogWatch* watch_ = nullptr;  // null: not following
    Output out_;
    Position seen_;
    bool damaged_ = false;
};

bool is_known(const std::string& type) {
    const auto all = core::catalogue();
    return std::any_of(all.begin(), all.end(),
                       [&](const core::EventSpec& spec) { return spec.name == type; });
}

}  // namespace

int run_events(const EventsOptions& options) {
    EventFilter filter{{}, options.types};
    if (!options.since.empty()) {
        const auto since = parse_since(options.since, events::wall_now());
        if (!since) {
            print_error(
                "--since takes a time such as 2026-03-01T08:15:00Z or a span such as 10min");
            return wrong_usage;
        }
        filter.since = events::to_rfc3339(*since);
    }
    for (const std::string& type : options.types)
        if (!is_known(type)) {
            print_error("there is no event type " + as_word(type));
            return wrong_usage;
        }
    return Listing(options, std::move(filter)).run();
}

void add_events(CLI::App& app, int& exit_status) {
    auto options = std::make_shared<EventsOptions>();
    CLI::App* command = app.add_subcommand(
        "events", "Prints recorded events, oldest first. Takes root or the group vaktpost-review.");
    command->add_flag("--json", options->json,
                      "the records as they are stored, one JSON object per line");
    command->add_flag("--follow", options->follow, "go on with new events until interrupted");
    command->add_option("--since", options->since,
                        "only from this time on: RFC 3339, or a span back such as 10min");
    command->add_option("--type", options->types, "only events of this type; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--last", options->last, "only the last N of them")
        ->check(CLI::Range(1, 1'000'000'000));
    command
        ->add_option("--database", options->database, "another log, for example from a copied disk")
        ->capture_default_str();
    command->callback([options, &exit_status] { exit_status = run_events(*options); });
}

}  // namespace vaktpost::cli
