// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/console.h"

#include <fcntl.h>
#include <linux/kd.h>
#include <linux/vt.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string>

#include "platform/base/clock.h"
#include "platform/base/small_file.h"
#include "platform/curtain/screen_light.h"

namespace vaktpost::curtain {

using platform::UniqueFd;

namespace {

constexpr std::chrono::seconds switch_deadline{2};
constexpr const char* front_file = "/sys/class/tty/tty0/active";  // sysfs tells changes of it

core::Error failed(const std::string& what) {
    return core::system_error(errno, what);
}

// Bare numbers are what these requests take instead of a pointer.
core::Status request(int console, unsigned long what, unsigned long argument, const char* name) {
    if (::ioctl(console, what, argument) == 0) return core::Done{};
    return failed(name);
}

UniqueFd open_terminal(const std::string& path) {
    return UniqueFd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY));
}

// Keys come as bytes in UTF-8, one by one, and none of them is a signal. Whoever had the console
// before may have left it without a keyboard or in graphics.
core::Status make_raw(int terminal) {
    vt_mode ordinary{};
    ordinary.mode = VT_AUTO;
    ::ioctl(terminal, VT_SETMODE, &ordinary);
    ::ioctl(terminal, KDSETMODE, KD_TEXT);
    ::ioctl(terminal, KDSKBMODE, K_UNICODE);
    termios mode{};
    if (::tcgetattr(terminal, &mode) != 0) return failed("tcgetattr");
    ::cfmakeraw(&mode);
    mode.c_iflag |= IUTF8;
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    if (::tcsetattr(terminal, TCSAFLUSH, &mode) != 0) return failed("tcsetattr");
    return core::Done{};
}

}  // namespace

core::Status Console::open_machine() {
    if (machine_) return core::Done{};
    machine_ = open_terminal("/dev/tty0");
    if (!machine_) return failed("open /dev/tty0");
    return core::Done{};
}

core::Result<unsigned> Console::in_front() const {
    vt_stat state{};
    if (::ioctl(machine_.get(), VT_GETSTATE, &state) != 0) return failed("VT_GETSTATE");
    return unsigned{state.v_active};
}

// Above those on which logind starts a login prompt when somebody switches to them.
core::Result<unsigned> Console::choose() const {
    vt_stat state{};
    if (::ioctl(machine_.get(), VT_GETSTATE, &state) != 0) return failed("VT_GETSTATE");
    for (unsigned number = 15; number > 8; --number)
        if ((state.v_state & (1U << number)) == 0) return number;
    int number = -1;
    if (::ioctl(machine_.get(), VT_OPENQRY, &number) != 0) return failed("VT_OPENQRY");
    if (number <= 0) return core::system_error(EBUSY, "find a free console");
    return static_cast<unsigned>(number);
}

// Hangs up on everybody else who has it open, ourselves included, and opens it again.
core::Status Console::take(unsigned number) {
    const std::string path = "/dev/tty" + std::to_string(number);
    terminal_ = open_terminal(path);
    if (!terminal_) return failed("open " + path);
    if (::fchmod(terminal_.get(), 0600) != 0) return failed("chmod " + path);
    if (::ioctl(terminal_.get(), TIOCSCTTY, 0) != 0) return failed("TIOCSCTTY " + path);
    const UniqueFd before(terminal_.release());
    if (::vhangup() != 0) return failed("vhangup " + path);
    terminal_ = open_terminal(path);
    if (!terminal_) return failed("open again " + path);
    if (::ioctl(terminal_.get(), TIOCSCTTY, 0) != 0) return failed("TIOCSCTTY again " + path);
    number_ = number;
    return make_raw(terminal_.get());
}

// The owner of the console in front is asked to let go and has to answer; VT_WAITACTIVE would wait
// for that for ever.
core::Status Console::show(unsigned number) const {
    const UniqueFd changes(::open(front_file, O_RDONLY | O_CLOEXEC));
    if (!changes) return failed(std::string("open ") + front_file);
    const auto deadline = platform::now() + switch_deadline;
    if (auto done = request(machine_.get(), VT_ACTIVATE, number, "VT_ACTIVATE"); !done) return done;
    while (true) {
        char name[32];
        // Read before asking: a change after this ends the poll.
        static_cast<void>(!::pread(changes.get(), name, sizeof name, 0));
        const auto front = in_front();
        if (!front) return front.error();
        if (*front == number) return core::Done{};
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - platform::now());
        if (left.count() <= 0)
            return core::system_error(ETIMEDOUT, "switch to console " + std::to_string(number));
        pollfd changed{changes.get(), POLLPRI, 0};
        ::poll(&changed, 1, static_cast<int>(left.count()) + 1);
    }
}

// Between the switch and the hold somebody may have switched away.
core::Status Console::hold(unsigned number) const {
    for (int attempt = 0; attempt < 10; ++attempt) {
        if (auto done = show(number); !done) return done;
        if (auto done = request(machine_.get(), VT_LOCKSWITCH, 1, "VT_LOCKSWITCH"); !done)
            return done;
        const auto front = in_front();
        if (front && *front == number) return core::Done{};
        ::ioctl(machine_.get(), VT_UNLOCKSWITCH, 1);
    }
    return core::system_error(EBUSY, "hold console " + std::to_string(number));
}

Console::Note Console::read_note() const {
    Note note;
    const auto text = platform::read_small(note_, 32);
    if (!text || std::sscanf(text->c_str(), "%u %u", &note.ours, &note.from) != 2) return {};
    return note;
}

core::Status Console::write_note(Note note) const {
    return platform::replace_file(
        note_, std::to_string(note.ours) + " " + std::to_string(note.from) + "\n", 0600);
}

bool Console::is_held() {
    if (!open_machine()) return false;
    const auto front = in_front();
    noted_ = read_note();
    return front && noted_.ours != 0 && *front == noted_.ours;
}

core::Status Console::cover(unsigned from) {
    if (auto done = open_machine(); !done) return done;
    if (is_held()) {
        if (auto done = take(noted_.ours); !done) return done;
        return request(machine_.get(), VT_LOCKSWITCH, 1, "VT_LOCKSWITCH");
    }
    const auto number = choose();
    if (!number) return number.error();
    if (auto done = take(*number); !done) return done;
    // Before the switch: at no moment does a console cover that a next process would not know.
    if (auto done = write_note({*number, from}); !done) return done;
    // A hold that somebody else left behind would stop our own switch.
    ::ioctl(machine_.get(), VT_UNLOCKSWITCH, 1);
    return hold(*number);
}

core::Status Console::step_aside(unsigned next) {
    if (auto done = write_note({}); !done) return done;
    return uncover(next);
}

core::Status Console::uncover(unsigned next) {
    light_screen(terminal_.get());
    if (auto done = request(machine_.get(), VT_UNLOCKSWITCH, 1, "VT_UNLOCKSWITCH"); !done)
        return done;
    auto shown = show(next);
    terminal_.reset();
    // Busy if it is still in front: then it is an empty console.
    ::ioctl(machine_.get(), VT_DISALLOCATE, static_cast<unsigned long>(number_));
    return shown;
}

}  // namespace vaktpost::curtain
