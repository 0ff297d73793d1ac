// SPDX-License-Identifier: GPL-3.0-or-later
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/own_tags.h"
#include "agent/cli/policy_reading.h"
#include "agent/cli/replay_text.h"
#include "agent/events/event_reader.h"
#include "agent/replay/replay.h"

namespace vaktpost::cli {
namespace {

enum Exit : int { none_differs = 0, some_differ = 1, unreadable = 3 };

constexpr std::string_view sqlite_magic("SQLite format 3\0", 16);

// A record has at most about 64 KiB; whatever is longer is none.
constexpr std::size_t longest_line = 1 << 20;

// The rules for records of any host, and those for this machine's own, whose tags we may know.
class RulesByHost {
  public:
    explicit RulesByHost(const core::Policy& policy) : others_(policy, false) {
        const auto pseudonym = own_pseudonym();
        if (!pseudonym) return;
        core::Policy own = policy;
        name_serials(own, *pseudonym);
        for (const auto& name : own.media.retired)
            own.retired_tags.push_back(platform::volume_tag(*pseudonym, name));
        own_.emplace(std::move(own), true);
        own_host_ = own_host();
    }

    replay::Rules& of(const std::string& host) {
        return own_ && host == own_host_ ? *own_ : others_;
    }

  private:
    replay::Rules others_;
    std::optional<replay::Rules> own_;
    std::string own_host_;
};

core::Status read_database(const std::string& path, replay::Replay& replay) {
    auto reader = events::EventReader::open(path);
    if (!reader) return reader.error();
    return reader->after({}, [&](events::Position, std::string_view record) {
        replay.take(record);
        return true;
    });
}

core::Status read_lines(std::istream& input, const std::string& name, replay::Replay& replay) {
    std::string line;
    bool too_long = false;
    const auto take = [&] {
        if (too_long || !line.empty()) replay.take(too_long ? std::string_view() : line);
        line.clear();
        too_long = false;
    };
    char piece[4096];
    while (input.getline(piece, sizeof piece) || input.gcount() > 0) {
        const bool whole = !input.fail();
        if (!whole && !input.eof()) input.clear();
        too_long = too_long || line.size() > longest_line;
        // With the zero bytes that it may hold; the line's end was taken as well.
        const auto taken = static_cast<std::size_t>(input.gcount());
        if (!too_long) line.append(piece, whole && !input.eof() ? taken - 1 : taken);
        if (whole || input.eof()) take();
    }
    take();  // what ends just where a piece does
    if (input.bad()) return core::Error{0, "read " + name, "it broke off"};
    return core::Done{};
}

core::Status read_events(const std::string& path, replay::Replay& replay) {
    if (path == "-") return read_lines(std::cin, "standard input", replay);
    std::ifstream file(path, std::ios::binary);
    std::string start(sqlite_magic.size(), '\0');
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    // The reader of databases also says why a file cannot be read.
    if (!file.is_open() || start == sqlite_magic) return read_database(path, replay);
    file.clear();
    file.seekg(0);
    return read_lines(file, path, replay);
}

int exit_of(const replay::Tally& tally) {
    if (tally.damaged != 0)
        print_error(std::to_string(tally.damaged) + " lines are damaged or no records");
    if (tally.damaged != 0) return unreadable;
    return tally.differing() == 0 ? none_differs : some_differ;
}

}  // namespace

int run_replay(const ReplayOptions& options) {
    const auto policy = read_policy(options.policy);
    if (!policy) return unreadable;
    RulesByHost rules(*policy);
    Output out;
    replay::Replay replay(
        [&](const std::string& host) -> replay::Rules& { return rules.of(host); },
        [&](const replay::Difference& difference) {
            out.line(options.json ? difference_json(difference) : difference_line(difference));
        });
    const auto read = read_events(options.events, replay);
    if (!read) {
        print_error(read.error().text());
        return unreadable;
    }
    replay.finish();
    if (options.json) out.line(summary_json(replay.tally()));
    if (!options.json)
        for (const auto& line : summary_lines(replay.tally())) out.line(line);
    (void)out.flush();
    return out.failed() ? unreadable : exit_of(replay.tally());
}

void add_replay(CLI::App& app, int& exit_status) {
    auto options = std::make_shared<ReplayOptions>();
    CLI::App* command = app.add_subcommand(
        "replay",
        "Says which recorded decisions about devices, media and cards another policy would have "
        "made otherwise. Exit status 0: none, 1: some, 3: events or policy cannot be read.");
    command
        ->add_option("EVENTS", options->events,
                     "a workstation's database, or records as JSON lines; -: standard input")
        ->capture_default_str();
    command->add_option("--policy", options->policy, "the other policy")->required();
    command->add_flag("--json", options->json, "one JSON object per line");
    command->callback([options, &exit_status] { exit_status = run_replay(*options); });
}

}  // namespace vaktpost::cli
