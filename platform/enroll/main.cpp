// SPDX-License-Identifier: GPL-3.0-or-later
// vaktpost-enroll: makes a medium the organisation's own. See README.md.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include "platform/enroll/file_system.h"
#include "platform/enroll/options.h"
#include "platform/enroll/progress.h"
#include "platform/enroll/questions.h"
#include "platform/enroll/recovery.h"
#include "platform/enroll/secret.h"
#include "platform/enroll/signals.h"
#include "platform/enroll/signing_key.h"
#include "platform/enroll/target.h"
#include "platform/enroll/volume.h"

namespace {

using namespace vaktpost;

constexpr int enrolled = 0;
constexpr int not_enrolled = 1;

volatile std::sig_atomic_t begun = 0;

void interrupted(int signal) {
    enroll::show_typing_again();
    const char* text = begun != 0
                           ? "\nvaktpost-enroll: interrupted: the medium is not enrolled. What was "
                             "on it is gone; begin anew.\n"
                           : "\nvaktpost-enroll: interrupted: nothing was changed.\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, std::strlen(text));
    ::_exit(128 + signal);
}

void step(const char* what) {
    std::fprintf(stderr, "%s\n", what);
}

core::Status ask(const enroll::Target& target) {
    const std::string size = enroll::size_text(target.size);
    const std::string model = target.model.empty() ? "" : target.model + ", ";
    auto named =
        enroll::ask_for("Everything on " + target.path + " (" + model + size +
                            ") will be destroyed. To go on, type its name, " + target.path + ":",
                        target.path);
    if (!named) return named;
    return enroll::ask_for("To be sure that it is the right one, type its size, " + size + ":",
                           size);
}

// Nothing has been written before the last question is answered.
core::Status enroll_medium(enroll::Options options) {
    const auto key = enroll::SigningKey::load(options.key);
    if (!key) return key.error();
    auto recovery = enroll::make_recovery(options.recovery);
    if (!recovery) return recovery.error();
    const auto target = enroll::look_at(options.device);
    if (!target) return target.error();
    if (auto able = enroll::can_make_file_system(options.file_system); !able) return able;
    if (auto sure = ask(*target); !sure) return sure;
    const auto passphrase = enroll::ask_passphrase();
    if (!passphrase) return passphrase.error();
    auto hold = enroll::Hold::take(*target);
    if (!hold) return hold.error();
    auto volume = enroll::Volume::open(target->node);
    if (!volume) return volume.error();

    begun = 1;
    options.content.recovery = recovery->encrypted;
    if (auto done =
            options.quick ? volume->overwrite_ends(target->size) : volume->overwrite(target->size);
        !done)
        return done;
    if (auto done = hold->share(); !done) return done;
    step("Encrypting: a passphrase takes some seconds, and there are two.");
    if (auto done = volume->encrypt(*passphrase, recovery->passphrase); !done) return done;
    if (options.file_system != "none") {
        step("Making a file system.");
        if (auto done = volume->make_file_system(options.file_system); !done) return done;
    }
    step("Signing.");
    if (auto done = volume->sign(options.content, *key); !done) return done;
    const auto& content = options.content;
    std::printf("enrolled %s organisation=%s unit=%s serial=%s expires=%s\n", target->path.c_str(),
                content.organisation.c_str(), content.unit.c_str(), content.serial.c_str(),
                content.expires.c_str());
    const auto& public_key = key->public_key();
    std::printf("signed by %s\n", token::to_hex(public_key.data(), public_key.size()).c_str());
    return core::Done{};
}

}  // namespace

int main(int argc, char** argv) {
    enroll::keep_secrets_in_memory();
    auto options = enroll::parse_options(argc, argv);
    for (const int signal : enroll::ending_signals) std::signal(signal, interrupted);
    try {
        const auto done = enroll_medium(std::move(options));
        if (done) return enrolled;
        std::fprintf(stderr, "vaktpost-enroll: %s\n", done.error().text().c_str());
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "vaktpost-enroll: %s\n", failure.what());
    }
    if (begun != 0)
        std::fputs("The medium is not enrolled. What was on it is gone; begin anew.\n", stderr);
    return not_enrolled;
}
