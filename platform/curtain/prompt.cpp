// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/prompt.h"

#include <poll.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "platform/curtain/screen_light.h"
#include "platform/curtain/words.h"

namespace vaktpost::curtain {
namespace {

constexpr char tab = '\t';

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

ScreenSize size_of(int terminal) {
    winsize size{};
    if (::ioctl(terminal, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return {};
    return {size.ws_row, size.ws_col};
}

const char* words_for(Verdict verdict) {
    switch (verdict) {
        case Verdict::granted:
            return "";
        case Verdict::wrong:
            return say("Feil passord. Prøv igjen.");
        case Verdict::refused:
            return say("Kontoen kan ikke brukes nå. Ring brukerstøtte.");
        case Verdict::unavailable:
            break;
    }
    return say("Passordet kan ikke sjekkes nå. Prøv igjen om litt.");
}

}  // namespace

Prompt::Prompt(int terminal, uid_t user, PamService service, std::chrono::milliseconds idle)
    : terminal_(terminal), user_(user), service_(std::move(service)), idle_(idle) {
    // Never written to a swap partition. Where the kernel refuses, overwriting has to do.
    ::mlock(&line_, sizeof line_);
    page_.title = say("Skjermen er låst");
    page_.comfort = say("Alt du hadde åpent, står slik du forlot det.");
    page_.help = say("Esc: begynn på nytt    Tab: la en annen logge inn");
    dark_ = is_screen_dark(terminal_);
}

Prompt::~Prompt() {
    line_.clear();
    ::munlock(&line_, sizeof line_);
}

int Prompt::run() {
    while (true) {
        const auto verdict = attempt();
        page_.message = words_for(verdict);
        // Nobody was asked: the stack failed at once, or the account has no password. Neither may
        // go round and round, nor lift the curtain while nobody is there.
        if (!asked_ && !wait_for_enter()) return 1;
        if (verdict == Verdict::granted) return granted_status;
        if (gone_) return 1;
    }
}

Verdict Prompt::attempt() {
    asked_ = false;
    const passwd* entry = ::getpwuid(user_);
    if (entry == nullptr) return Verdict::unavailable;
    const std::string account = entry->pw_name;
    page_.account = std::string(say("Bruker:")) + " " + account;
    const char* name = ::ttyname(terminal_);
    const auto verdict =
        check_password(service_, account, name != nullptr ? name : "console", *this);
    line_.clear();
    page_.prompt.clear();
    // What was typed while it was checked belongs to nothing that could be seen.
    ::tcflush(terminal_, TCIFLUSH);
    return verdict;
}

std::optional<std::string_view> Prompt::ask(std::string_view question) {
    asked_ = true;
    // The usual question in our words; a module's own, about a code or a card, in its.
    page_.prompt = question.starts_with("Password") ? say("Passord:") : std::string(question);
    if (!take_line()) return std::nullopt;
    page_.message = say("Sjekker passordet …");
    page_.prompt.clear();
    page_.typed = false;
    show();
    return line_.text();
}

void Prompt::tell(std::string_view message) {
    page_.message = message;
    show();
}

bool Prompt::wait_for_enter() {
    page_.prompt = say("Trykk Enter for å fortsette.");
    line_.clear();
    page_.typed = false;
    show();
    bool ended = false;
    while (!ended)
        if (!read_keys(true, ended)) return false;
    line_.clear();
    return true;
}

bool Prompt::take_line() {
    line_.clear();
    page_.typed = false;
    show();
    bool ended = false;
    while (!ended) {
        if (!read_keys(false, ended)) return false;
        if (page_.typed == line_.empty()) {
            page_.typed = !line_.empty();
            show();
        }
    }
    return true;
}

// Waits for keys and takes them; what stands behind the Enter that ended the line is dropped.
// False: the terminal has gone.
bool Prompt::read_keys(bool even_empty, bool& ended) {
    pollfd ready{terminal_, POLLIN, 0};
    const int count = ::poll(&ready, 1, dark_ ? -1 : static_cast<int>(idle_.count()));
    if (count < 0) return errno == EINTR;
    if (count == 0) {
        rest();
        return true;
    }
    char keys[64];
    const ssize_t got = ::read(terminal_, keys, sizeof keys);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    gone_ = got <= 0;
    if (gone_) return false;
    if (dark_) {
        dark_ = false;
        light_screen(terminal_);
        show();
    } else {
        for (ssize_t i = 0; i < got && !ended; ++i) {
            if (keys[i] == tab) make_way();
            ended = line_.put(keys[i]) && (even_empty || !line_.empty());
        }
        line_.pause();
    }
    explicit_bzero(keys, sizeof keys);
    return true;
}

void Prompt::make_way() {
    line_.clear();
    ::_exit(next_person_status);
}

void Prompt::rest() {
    line_.clear();
    page_.typed = false;
    page_.message.clear();
    show();
    dark_ = darken_screen(terminal_);
}

void Prompt::show() {
    // Scroll Lock stops a console's output, and whoever writes to it: not this one's.
    ::tcflow(terminal_, TCOOFF);
    ::tcflow(terminal_, TCOON);
    write_all(terminal_, drawn(page_, size_of(terminal_)));
}

}  // namespace vaktpost::curtain
