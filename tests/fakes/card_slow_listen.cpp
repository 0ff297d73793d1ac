// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into pcscd: its virtual reader waits a moment between listening and looking for a card,
// so that a card can be in from the very start, as it is with real readers.
#include <dlfcn.h>
#include <sys/socket.h>
#include <time.h>

extern "C" int listen(int socket, int backlog) noexcept {
    using Listen = int (*)(int, int);
    static const auto real = reinterpret_cast<Listen>(dlsym(RTLD_NEXT, "listen"));
    const int result = real(socket, backlog);
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    if (address.ss_family == AF_INET) {
        const timespec moment{0, 300'000'000};
        nanosleep(&moment, nullptr);
    }
    return result;
}
