// SPDX-License-Identifier: GPL-3.0-or-later
// drain_stage FOLDER: the agent's log alone, which obeys lines on standard input: "append COUNT"
// appends so many records and prints the number of the last one when all are on the disk,
// "acknowledged EPOCH SEQ" is what vaktpost-link says. The end of input stops it in order.
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "agent/events/log_writer.h"

using namespace vaktpost;

namespace {

// What the log keeps in memory at most is more: nothing is dropped.
constexpr int group = 1024;

core::Record sample() {
    core::Record record;
    record.type = core::EventType::usb_blocked;
    record.data = {{"device", std::string("1-2.3")},
                   {"vendor", std::string("0a5f")},
                   {"product", std::string("00d3")},
                   {"blocked", std::vector<std::string>{"0=08:06:50"}}};
    return record;
}

bool append(events::LogWriter& writer, core::Record& record, int count) {
    for (; count > 0; count -= group) {
        for (int index = 0; index < std::min(count, group); ++index) {
            writer.append(record);
            ++record.seq;
        }
        if (!writer.flush(std::chrono::minutes(1))) return false;
    }
    std::cout << record.seq - 1 << std::endl;
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    boost::asio::io_context io;
    events::LogWriter writer(io, argv[1], {"ward-1", {"ward-3"}, "boot", 1, std::string(64, 'a')},
                             [](const core::Event&) {});
    core::Record record = sample();
    record.seq = writer.start().next_seq;
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream words(line);
        std::string what;
        events::Position position;
        int count = 0;
        words >> what;
        if (what == "append" && words >> count) {
            if (!append(writer, record, count)) return 1;
        } else if (what == "acknowledged" && words >> position.epoch >> position.seq) {
            writer.acknowledge(position);
        } else {
            return 64;
        }
    }
}
