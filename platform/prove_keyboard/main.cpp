// SPDX-License-Identifier: GPL-3.0-or-later
// vaktpost-prove-keyboard DEVICE INTERFACE...: has a new keyboard for itself and compares what is
// typed on it with the code on standard input. Writes one line when it listens. Status 0: the code
// was typed; 1: it was not; 3: nobody could type. Shows nothing, keeps nothing, says nothing of the
// keys.
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "platform/devices/usb_names.h"
#include "platform/prove_keyboard/code_entry.h"
#include "platform/prove_keyboard/grabbed_keyboards.h"

int main(int argc, char** argv) {
    using namespace vaktpost;
    using namespace std::chrono_literals;
    using State = prove_keyboard::CodeEntry::State;
    ::prctl(PR_SET_DUMPABLE, 0);
    ::prctl(PR_SET_NAME, "vaktpost-prove");
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() < 2 || !platform::is_usb_device(words[0])) return 2;
    char code[16];
    const ssize_t size = ::read(STDIN_FILENO, code, sizeof code);
    if (size <= 0) return 2;
    prove_keyboard::CodeEntry entry({code, static_cast<std::size_t>(size)});

    constexpr auto grace = 10s;  // for a driver to come, or to make room for a better one
    prove_keyboard::GrabbedKeyboards keyboards("/sys", "/dev/input", words[0],
                                               {words.begin() + 1, words.end()});
    if (!keyboards.grab(grace)) return 3;
    if (::write(STDOUT_FILENO, "\n", 1) != 1) return 1;
    State state = State::open;
    keyboards.listen(60s, grace, [&](std::uint16_t key) {
        state = entry.press(key);
        return state == State::open;
    });
    return state == State::proved ? 0 : 1;
}
