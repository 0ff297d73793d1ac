// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the real card source and prints each event it reports as one line: CLOCK_BOOTTIME in
// microseconds, the event, and the reader or cause. Asks every card who it is, and prints that
// instead of a tag. Each byte on standard input asks for a look at all readers; ends when standard
// input does.

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <string>
#include <string_view>
#include <variant>

#include "platform/base/clock.h"
#include "platform/base/journal.h"
#include "smartcard/pcsc_source.h"
#include "tests/integration/card_source_loop.h"

using namespace vaktpost;

namespace {

void print(const char* event, const std::string& detail) {
    std::printf("%" PRId64 " %s %s\n",
                static_cast<std::int64_t>(platform::now().time_since_epoch().count()), event,
                platform::printable(detail).c_str());
    std::fflush(stdout);
}

void print_event(const core::Event& event) {
    if (const auto* arrived = std::get_if<core::ReaderArrived>(&event))
        print("reader", arrived->reader.value);
    else if (const auto* left = std::get_if<core::ReaderLeft>(&event))
        print("no_reader", left->reader.value);
    else if (const auto* inserted = std::get_if<core::CardInserted>(&event))
        print("inserted", inserted->reader.value);
    else if (const auto* known = std::get_if<core::CardIdentified>(&event))
        print("identified", known->reader.value + " " + known->card.value);
    else if (const auto* removed = std::get_if<core::CardRemoved>(&event))
        print("removed", removed->reader.value);
    else if (const auto* presence = std::get_if<core::PresenceLost>(&event))
        print(presence->vanished ? "presence_lost" : "presence_unsure", presence->reader.value);
    else if (const auto* lost = std::get_if<core::SourceLost>(&event))
        print("lost", lost->cause);
    else if (std::holds_alternative<core::SourceBack>(event))
        print("back", "");
    else
        print("unexpected", std::to_string(event.index()));
}

}  // namespace

int main() {
    boost::asio::io_context loop;
    smartcard::PcscSource source{
        loop,
        print_event,
        {.wanted = [](const core::ReaderName&, std::string_view) { return true; },
         .tag = [](std::string_view identity) { return core::Tag{std::string{identity}}; }}};
    test::run_until_input_ends(loop, source, std::chrono::seconds{1}, [&] { source.rescan(); });
}
