// SPDX-License-Identifier: GPL-3.0-or-later
// vaktpost-examine: judges one medium, prints one line of JSON and ends. See README.md.
#include <getopt.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/examine/deadline.h"
#include "platform/examine/enrolment.h"
#include "platform/examine/identity.h"
#include "platform/examine/judge.h"
#include "platform/examine/loaded_header.h"
#include "platform/examine/report.h"
#include "platform/examine/sandbox.h"
#include "platform/examine/words.h"

namespace {

using namespace vaktpost;

constexpr int kWrongUsage = 64;
constexpr unsigned kLongestDeadline = 3600;
constexpr const char* kUsage =
    "Usage: vaktpost-examine [--deadline SECONDS] [--identify [--trust KEY]...] PATH\n"
    "Judges a block device or an image file and prints the verdict as one line of JSON.\n"
    "Exit status: 0 encrypted, 1 plain, 2 unknown, 3 could not be examined, 64 wrong usage.\n"
    "  --deadline SECONDS  give up after this long (1 to 3600, default 30)\n"
    "  --identify          say also what tells the medium from others, for the agent's register\n"
    "  --trust KEY         a key that may have signed its token: 64 hex digits of an Ed25519 one\n"
    "  --help, --version\n";

struct Options {
    std::chrono::seconds deadline{30};
    bool identify = false;
    std::vector<token::PublicKey> trusted;
    const char* path = nullptr;
};

[[noreturn]] void wrong_usage(const char* message) {
    std::fprintf(stderr, "vaktpost-examine: %s\n%s", message, kUsage);
    std::exit(kWrongUsage);
}

std::chrono::seconds read_deadline(std::string_view text) {
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size() || value == 0 ||
        value > kLongestDeadline)
        wrong_usage("--deadline takes whole seconds, 1 to 3600");
    return std::chrono::seconds(value);
}

token::PublicKey read_key(std::string_view text) {
    const auto key = token::parse_public_key(text);
    if (!key) wrong_usage("--trust takes 64 hex digits");
    return *key;
}

Options read_options(int argc, char** argv) {
    const option known[] = {
        {"deadline", required_argument, nullptr, 'd'}, {"identify", no_argument, nullptr, 'i'},
        {"trust", required_argument, nullptr, 't'},    {"help", no_argument, nullptr, 'h'},
        {"version", no_argument, nullptr, 'v'},        {}};
    Options options;
    opterr = 0;
    for (int found = 0; (found = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
        switch (found) {
            case 'd':
                options.deadline = read_deadline(optarg);
                break;
            case 'i':
                options.identify = true;
                break;
            case 't':
                options.trusted.push_back(read_key(optarg));
                break;
            case 'h':
                std::fputs(kUsage, stdout);
                std::exit(0);
            case 'v':
                std::puts("vaktpost-examine " VAKTPOST_VERSION);
                std::exit(0);
            default:
                wrong_usage("unknown option, or one without its value");
        }
    }
    if (optind + 1 != argc) wrong_usage("exactly one PATH is needed");
    options.path = argv[optind];
    return options;
}

struct Report {
    core::Examination examination;
    std::optional<examine::Identification> identification;
};

Report failed(const std::string& reason) {
    return {examine::failed_examination(reason), std::nullopt};
}

// The descriptor is opened with the rights of whoever started us; everything that parses comes
// after they are gone.
Report examine_path(const Options& options) {
    auto medium = examine::open_medium(options.path);
    if (!medium) return failed(medium.error().detail);
    examine::prepare_libcryptsetup();
    if (const auto entered = examine::enter_sandbox(options.deadline); !entered) {
        std::fprintf(stderr, "vaktpost-examine: %s\n", entered.error().text().c_str());
        return failed(examine::word::no_sandbox);
    }
    Report report{examine::judge(*medium), std::nullopt};
    if (options.identify)
        report.identification = examine::Identification{
            examine::volume_identifiers(*medium, report.examination),
            examine::read_token(*medium, report.examination, options.trusted)};
    return report;
}

Report examine_within_deadline(const Options& options) {
    try {
        if (!examine::start_deadline(options.deadline))
            return failed(examine::word::examiner_failed);
        return examine_path(options);
    } catch (const std::exception&) {  // out of memory, most likely: the medium asked for too much
        return failed(examine::word::examiner_failed);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = read_options(argc, argv);
    if (close_range(3, ~0U, 0) != 0) return examine::exit_status(core::Verdict::error);
    const auto report = examine_within_deadline(options);
    examine::stop_deadline();
    const auto line = examine::report_line(report.examination, report.identification);
    const auto written = write(STDOUT_FILENO, line.data(), line.size());
    // Straight out: nothing is left to tidy up, and less runs behind the filter.
    _exit(written == static_cast<ssize_t>(line.size())
              ? examine::exit_status(report.examination.verdict)
              : examine::exit_status(core::Verdict::error));
}
