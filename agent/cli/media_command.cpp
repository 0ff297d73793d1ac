// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/core/wall.h"
#include "agent/media/media_store.h"
#include "config/duration_text.h"
#include "platform/base/wall_clock.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;

// "2026-11-25"
std::string day_text(std::int64_t day) {
    return core::utc_text(std::chrono::days(day)).substr(0, 10);
}

std::int64_t today() {
    return std::chrono::floor<std::chrono::days>(platform::wall_now().utc).count();
}

// The last day on which a medium may have been seen and still is not seen for so long; nothing
// where the text is no whole number of days.
std::optional<std::int64_t> last_day(const std::string& not_seen) {
    if (not_seen.empty()) return std::numeric_limits<std::int64_t>::max();
    const auto time = config::parse_duration(not_seen);
    if (!time || *time < std::chrono::days(1)) return std::nullopt;
    return today() - std::chrono::floor<std::chrono::days>(*time).count();
}

void print(const core::KnownMedium& medium, bool as_json, Output& out) {
    if (as_json) {
        json::object line{{"tag", medium.tag.value},
                          {"first_seen", day_text(medium.first)},
                          {"last_seen", day_text(medium.last)},
                          {"kind", medium.kind}};
        if (!medium.unit.empty()) line["unit"] = medium.unit;
        if (!medium.serial.empty()) line["serial"] = medium.serial;
        out.line(json::serialize(line));
        return;
    }
    std::string line = as_word(medium.tag.value) + " first_seen=" + day_text(medium.first) +
                       " last_seen=" + day_text(medium.last) + " kind=" + as_word(medium.kind);
    if (!medium.unit.empty()) line += " unit=" + as_word(medium.unit);
    if (!medium.serial.empty()) line += " serial=" + as_word(medium.serial);
    out.line(line);
}

}  // namespace

int run_media_list(const MediaListOptions& options) {
    const auto until = last_day(options.not_seen);
    if (!until) {
        print_error(as_word(options.not_seen) + " is no time of a day or more, such as 180d");
        return wrong_usage;
    }
    const auto media = media::known_media(options.database, *until);
    if (!media) {
        print_error(media.error().text());
        return 1;
    }
    Output out;
    for (const auto& medium : *media) print(medium, options.json, out);
    (void)out.flush();
    return out.failed() ? 1 : 0;
}

int run_media_enroll(const std::vector<std::string>& words, const std::filesystem::path& helper) {
    std::string program = helper.string();
    std::vector<std::string> kept = words;
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 2);
    arguments.push_back(program.data());
    for (auto& word : kept) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv(program.c_str(), arguments.data());
    print_error(core::system_error(errno, "run " + program).text());
    return 1;
}

void add_media(CLI::App& app, int& exit_status) {
    CLI::App* media = app.add_subcommand("media", "Works on removable media and their register.");
    media->require_subcommand(1);
    auto options = std::make_shared<MediaListOptions>();
    CLI::App* list = media->add_subcommand(
        "list",
        "Lists the media that were admitted on this machine, the one not seen for longest first: "
        "tag, days of the first and last time, kind, and of enrolled ones unit and serial. Takes "
        "root or the group vaktpost-review. Exit status 0: listed, 1: the register cannot be "
        "read.");
    list->add_option("--not-seen", options->not_seen, "only those not seen for so long: 180d");
    list->add_flag("--json", options->json, "one JSON object per line");
    list->add_option("--database", options->database, "the register")->capture_default_str();
    list->callback([options, &exit_status] { exit_status = run_media_list(*options); });
    CLI::App* enroll = media->add_subcommand(
        "enroll",
        "Makes a medium the organisation's own: encrypts it, adds the recovery key and signs it. "
        "Destroys what is on it. \"vaktpost media enroll --help\" says more.");
    // Its words are the helper's, --help as well.
    enroll->set_help_flag();
    enroll->prefix_command();
    enroll->callback([enroll, &exit_status] {
        exit_status = run_media_enroll(
            enroll->remaining(), std::filesystem::path(VAKTPOST_LIBEXEC_DIR) / "vaktpost-enroll");
    });
}

}  // namespace vaktpost::cli
