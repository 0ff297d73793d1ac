// SPDX-License-Identifier: GPL-3.0-or-later
// events_appender FOLDER: appends records for ever, grouped and urgent ones mixed, and prints a
// number on standard output whenever the log has acknowledged all up to it. Made to be killed.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <string>

#include "agent/events/log_writer.h"

using namespace vaktpost;

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    boost::asio::io_context io;
    events::LogWriter writer(io, argv[1], {"ward-pc-7", {}, "boot", 1, std::string(64, 'a')},
                             [](const core::Event&) {});
    core::Record record;
    record.seq = writer.start().next_seq;
    for (;; ++record.seq) {
        record.type =
            record.seq % 5 == 0 ? core::EventType::usb_blocked : core::EventType::card_removed;
        writer.append(record);
        if (record.seq % 3 != 0) continue;
        if (!writer.flush(std::chrono::seconds(10))) return 1;
        const std::string line = std::to_string(record.seq) + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) return 1;
    }
}
