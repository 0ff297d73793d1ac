// SPDX-License-Identifier: GPL-3.0-or-later
// What ten thousand rules cost: reading the policy, and deciding on a device. Prints; judges
// nothing.
#include <chrono>
#include <cstdio>
#include <string>

#include "agent/core/decide.h"
#include "config/policy_parser.h"

using namespace vaktpost;

namespace {

using Clock = std::chrono::steady_clock;

double micros(Clock::duration duration) {
    return std::chrono::duration<double, std::micro>(duration).count();
}

std::string hex4(unsigned value) {
    char text[8];
    std::snprintf(text, sizeof text, "%04x", value);
    return text;
}

enum class Kind { none, products, serials, interfaces, ports };

std::string rule(Kind kind, unsigned number) {
    std::string text = "[[usb.rule]]\nid = \"r" + std::to_string(number) + "\"\n";
    switch (kind) {
        case Kind::none:
            break;
        case Kind::products:
            text += "vendor = \"" + hex4(number / 100) + "\"\nproduct = \"" + hex4(number) + "\"\n";
            break;
        case Kind::serials:
            text += "vendor = \"1234\"\nproduct = \"5678\"\nserial = \"S" + std::to_string(number) +
                    "\"\n";
            break;
        case Kind::interfaces:
            text += "interface = [\"f0:" + hex4(number).substr(2) + ":*\"]\n";
            break;
        case Kind::ports:
            text += "port = [\"9-" + std::to_string(number) + ".*\"]\n";
            break;
    }
    return text + "action = \"allow\"\n";
}

std::string policy_of(Kind kind, unsigned count) {
    std::string text = "format = 1\n[usb]\ndefault = \"block\"\n";
    for (unsigned number = 0; number < count; ++number) text += rule(kind, number);
    return text;
}

core::UsbDevice device() {
    core::UsbDevice made;
    made.id = {"1-2"};
    made.vendor = 0x1234;
    made.product = 0x5678;
    made.serial_tag = {"0123456789abcdef"};
    made.interfaces = {{0, {{3, 0, 0}}, false}, {1, {{0xff, 0, 0}}, false}};
    return made;
}

void measure(const char* name, Kind kind, unsigned count) {
    const auto text = policy_of(kind, count);
    const auto read_from = Clock::now();
    auto policy = config::parse_policy(text, "policy");
    const auto read = Clock::now() - read_from;
    if (!policy) {
        std::printf("%s: %s\n", name, policy.error().text().c_str());
        return;
    }
    unsigned tag = 0;
    policy->usb_rules.name_serials(
        [&](auto, auto, const std::string&) { return core::Tag{"t" + std::to_string(++tag)}; });
    constexpr int rounds = 1000;
    core::State state;
    const auto from = Clock::now();
    for (int i = 0; i < rounds; ++i)
        decide(state, *policy, core::UsbDeviceArrived{device()}, core::Instant{});
    std::printf("%-34s %7u rules  %6zu kB  read %8.1f ms  decision %8.2f us\n", name, count,
                text.size() / 1024, micros(read) / 1000, micros(Clock::now() - from) / rounds);
}

}  // namespace

int main() {
    measure("no rules", Kind::none, 0);
    measure("by vendor and product", Kind::products, 10'000);
    measure("by serial, all of that model", Kind::serials, 10'000);
    measure("by interface, none meets", Kind::interfaces, 10'000);
    measure("by port pattern, none meets", Kind::ports, 10'000);
}
