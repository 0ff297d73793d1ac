// SPDX-License-Identifier: GPL-3.0-or-later
// A program beside Vaktpost that waits for the same card and hears the same bus. Prints, with
// microseconds since boot: "… card empty" and "… card present" as its own SCardGetStatusChange
// returns, and "… call Lock" and "… signal Lock" as somebody's request to logind, and logind's
// signal to the session, pass over the system bus.
#include <PCSC/winscard.h>
#include <systemd/sd-bus.h>

#include <cstdio>
#include <cstring>
#include <thread>

#include "clock.h"

namespace {

constexpr auto bus_socket = "unix:path=/run/dbus/system_bus_socket";
constexpr auto lock_messages = "interface='org.freedesktop.login1.Session',member='Lock'";

int fail(const char* what) {
    std::fprintf(stderr, "card_witness: %s\n", what);
    return 1;
}

int become_monitor(sd_bus* bus) {
    sd_bus_message* request = nullptr;
    int error = sd_bus_message_new_method_call(bus, &request, "org.freedesktop.DBus",
                                               "/org/freedesktop/DBus",
                                               "org.freedesktop.DBus.Monitoring", "BecomeMonitor");
    if (error >= 0) error = sd_bus_message_append(request, "asu", 1, lock_messages, 0);
    if (error >= 0) error = sd_bus_call(bus, request, 0, nullptr, nullptr);
    sd_bus_message_unref(request);
    return error;
}

void report(sd_bus_message* message, std::int64_t seen) {
    std::uint8_t type = 0;
    const char* member = sd_bus_message_get_member(message);
    if (member == nullptr || std::strcmp(member, "Lock") != 0 ||
        sd_bus_message_get_type(message, &type) < 0)
        return;
    if (type == SD_BUS_MESSAGE_METHOD_CALL)
        std::printf("%lld call Lock\n", static_cast<long long>(seen));
    if (type == SD_BUS_MESSAGE_SIGNAL)
        std::printf("%lld signal Lock\n", static_cast<long long>(seen));
}

int watch_bus() {
    sd_bus* bus = nullptr;
    if (sd_bus_new(&bus) < 0 || sd_bus_set_address(bus, bus_socket) < 0 ||
        sd_bus_set_bus_client(bus, 1) < 0 || sd_bus_set_monitor(bus, 1) < 0 ||
        sd_bus_start(bus) < 0 || become_monitor(bus) < 0)
        return fail("the system bus cannot be listened to");
    while (true) {
        sd_bus_message* message = nullptr;
        const int processed = sd_bus_process(bus, &message);
        const auto seen = boot_us();
        if (processed < 0) return fail("the system bus is gone");
        if (message != nullptr) report(message, seen);
        sd_bus_message_unref(message);
        if (processed == 0) sd_bus_wait(bus, UINT64_MAX);
    }
}

int watch_card() {
    SCARDCONTEXT context = 0;
    char readers[1024];
    DWORD size = sizeof readers;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context) != SCARD_S_SUCCESS ||
        SCardListReaders(context, nullptr, readers, &size) != SCARD_S_SUCCESS)
        return fail("no card reader");
    SCARD_READERSTATE state{};
    state.szReader = readers;  // the first of them
    while (SCardGetStatusChange(context, INFINITE, &state, 1) == SCARD_S_SUCCESS) {
        const auto seen = boot_us();
        const bool was_present = state.dwCurrentState & SCARD_STATE_PRESENT;
        const bool is_present = state.dwEventState & SCARD_STATE_PRESENT;
        if (was_present != is_present)
            std::printf("%lld card %s\n", static_cast<long long>(seen),
                        is_present ? "present" : "empty");
        state.dwCurrentState = state.dwEventState;
    }
    return fail("the card service is gone");
}

}  // namespace

int main() {
    stamp_at_once();
    setvbuf(stdout, nullptr, _IOLBF, 0);
    std::thread(watch_bus).detach();
    return watch_card();
}
