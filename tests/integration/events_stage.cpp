// SPDX-License-Identifier: GPL-3.0-or-later
// events_stage FOLDER: keeps a log there and obeys lines on standard input: "append TYPE" appends
// one record and prints its number once it is stored; the end of input stops the log in order.
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <string>

#include "agent/events/log_writer.h"

using namespace vaktpost;

namespace {

const core::EventSpec* find(const std::string& name) {
    for (const core::EventSpec& spec : core::catalogue())
        if (spec.name == name) return &spec;
    return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    boost::asio::io_context io;
    events::LogWriter writer(io, argv[1], {"ward-pc-7", {}, "boot", 1, std::string(64, 'a')},
                             [](const core::Event&) {});
    core::Record record;
    record.seq = writer.start().next_seq;
    std::string line;
    for (; std::getline(std::cin, line); ++record.seq) {
        const core::EventSpec* spec = line.starts_with("append ") ? find(line.substr(7)) : nullptr;
        if (spec == nullptr) return 64;
        record.type = spec->type;
        writer.append(record);
        if (!writer.flush(std::chrono::seconds(10))) return 1;
        std::cout << record.seq << std::endl;
    }
}
