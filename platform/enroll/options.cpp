// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/options.h"

#include <getopt.h>
#include <sys/random.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace vaktpost::enroll {
namespace {

constexpr auto two_years = std::chrono::days(2 * 365);

constexpr const char* usage =
    "Usage: vaktpost media enroll DEVICE --key FILE --organisation NAME --unit CODE\n"
    "           [--serial NAME] [--expires DAY] [--recovery FILE] [--filesystem TYPE] [--quick]\n"
    "Destroys what is on DEVICE, encrypts it (LUKS2), adds the organisation's recovery key, makes "
    "a\n"
    "file system in it and signs it as the organisation's own. Asks twice. Takes root.\n"
    "  --key FILE           the signing key: Ed25519, PEM\n"
    "  --organisation NAME  whose it is: 1 to 32 letters, digits and \"._-\"\n"
    "  --unit CODE          who answers for it, likewise: never a person's name\n"
    "  --serial NAME        what it is called, likewise; else one is made up\n"
    "  --expires DAY        the last day on which it counts, as 2028-11-25; else in two years\n"
    "  --recovery FILE      certificate (PEM) that the recovery passphrase is encrypted to;\n"
    "                       default /etc/vaktpost/recovery.pem\n"
    "  --filesystem TYPE    ext4 (default), vfat, exfat or none\n"
    "  --quick              do not overwrite what was on it before\n"
    "  --help, --version\n"
    "Exit status: 0 enrolled, 1 not enrolled, 64 wrong usage.\n";

[[noreturn]] void wrong(const std::string& message) {
    std::fprintf(stderr, "vaktpost-enroll: %s\n%s", message.c_str(), usage);
    std::exit(wrong_usage);
}

std::string day_text(core::WallTime time) {
    return core::utc_text(time).substr(0, 10);
}

core::WallTime now() {
    return std::chrono::duration_cast<core::WallTime>(
        std::chrono::system_clock::now().time_since_epoch());
}

std::string made_up_serial() {
    std::array<std::uint8_t, 5> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        wrong("no random numbers to make a serial of: give one with --serial");
    return "S-" + token::to_hex(bytes.data(), bytes.size());
}

void check(const Options& options) {
    const auto& content = options.content;
    if (options.key.empty()) wrong("--key is missing");
    for (const auto& [name, value] :
         {std::pair("--organisation", content.organisation), std::pair("--unit", content.unit),
          std::pair("--serial", content.serial)})
        if (!token::is_name(value))
            wrong(std::string(name) + " must be 1 to 32 letters, digits and \"._-\"");
    const auto expires = token::parse_day(content.expires);
    if (!expires) wrong("--expires must be a day, as 2028-11-25");
    if (*expires < *token::parse_day(content.issued)) wrong("--expires must not lie in the past");
    constexpr auto known = std::to_array<std::string_view>({"ext4", "vfat", "exfat", "none"});
    for (const auto each : known)
        if (options.file_system == each) return;
    wrong("--filesystem must be ext4, vfat, exfat or none");
}

}  // namespace

Options parse_options(int argc, char** argv) {
    const option known[] = {{"key", required_argument, nullptr, 'k'},
                            {"organisation", required_argument, nullptr, 'o'},
                            {"unit", required_argument, nullptr, 'u'},
                            {"serial", required_argument, nullptr, 's'},
                            {"expires", required_argument, nullptr, 'e'},
                            {"recovery", required_argument, nullptr, 'r'},
                            {"filesystem", required_argument, nullptr, 'f'},
                            {"quick", no_argument, nullptr, 'q'},
                            {"help", no_argument, nullptr, 'h'},
                            {"version", no_argument, nullptr, 'v'},
                            {}};
    Options options;
    options.content.issued = day_text(now());
    options.content.expires = day_text(now() + two_years);
    opterr = 0;
    for (int found = 0; (found = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
        switch (found) {
            case 'k':
                options.key = optarg;
                break;
            case 'o':
                options.content.organisation = optarg;
                break;
            case 'u':
                options.content.unit = optarg;
                break;
            case 's':
                options.content.serial = optarg;
                break;
            case 'e':
                options.content.expires = optarg;
                break;
            case 'r':
                options.recovery = optarg;
                break;
            case 'f':
                options.file_system = optarg;
                break;
            case 'q':
                options.quick = true;
                break;
            case 'h':
                std::fputs(usage, stdout);
                std::exit(0);
            case 'v':
                std::puts("vaktpost-enroll " VAKTPOST_VERSION);
                std::exit(0);
            default:
                wrong("unknown option, or one without its value");
        }
    }
    if (optind + 1 != argc) wrong("exactly one DEVICE is needed");
    options.device = argv[optind];
    if (options.content.serial.empty()) options.content.serial = made_up_serial();
    check(options);
    return options;
}

}  // namespace vaktpost::enroll
