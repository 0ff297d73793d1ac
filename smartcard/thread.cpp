// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/thread.h"

#include <pthread.h>
#include <signal.h>

#include <memory>
#include <string>
#include <utility>

namespace vaktpost::smartcard {

namespace {

constexpr std::size_t stack_bytes = 0x20000;

struct Start {
    const char* name;
    std::function<void()> body;
};

void* run(void* argument) {
    const std::unique_ptr<Start> start{static_cast<Start*>(argument)};
    pthread_setname_np(pthread_self(), start->name);
    start->body();
    return nullptr;
}

}  // namespace

core::Status start_thread(const char* name, std::function<void()> body) {
    auto start = std::make_unique<Start>(Start{name, std::move(body)});
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    // A new thread takes its creator's mask.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread{};
    const int error = pthread_create(&thread, &attributes, &run, start.get());
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    if (error != 0) return core::system_error(error, std::string{"start thread "} + name);
    (void)start.release();  // run() owns it
    return core::Done{};
}

}  // namespace vaktpost::smartcard
