// SPDX-License-Identifier: GPL-3.0-or-later
// The curtain's prompt alone, on the terminal it is started on:
//   curtain_prompt_stage PAM-FOLDER SERVICE CATALOGUES IDLE-MILLISECONDS
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "platform/curtain/prompt.h"
#include "platform/curtain/words.h"

int main(int argc, char** argv) {
    if (argc != 5) return 64;
    termios mode{};
    if (::tcgetattr(STDIN_FILENO, &mode) != 0) return EXIT_FAILURE;
    ::cfmakeraw(&mode);
    if (::tcsetattr(STDIN_FILENO, TCSANOW, &mode) != 0) return EXIT_FAILURE;
    vaktpost::curtain::speak(argv[3]);
    const std::chrono::milliseconds idle(std::atoi(argv[4]));
    return vaktpost::curtain::Prompt(STDIN_FILENO, ::getuid(), {argv[2], argv[1]}, idle).run();
}
