// SPDX-License-Identifier: GPL-3.0-or-later
// append_bench FOLDER [ROUNDS]: what one durable record of the event log costs beside a bare write
// and fdatasync(2) of as many bytes, taken in turns on the same file system. Prints medians, the
// worst and the ratio; and how many bytes the disk gets for a record.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "agent/events/event_store.h"
#include "agent/events/record_text.h"
#include "platform/base/unique_fd.h"

using namespace vaktpost;

namespace {

namespace fs = std::filesystem;

std::string sample_record(core::Seq seq) {
    core::Record record;
    record.seq = seq;
    record.type = core::EventType::usb_blocked;
    record.data = {{"device", std::string("1-2.3")},
                   {"vendor", std::string("0a5f")},
                   {"product", std::string("00d3")},
                   {"blocked", std::vector<std::string>{"0=08:06:50"}}};
    return events::record_text(record, {"ward-pc-7", {"ward-3"}, "boot", 42, std::string(64, 'a')},
                               {1, events::wall_now(), events::fresh_salt(), {}});
}

double microseconds(auto&& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin)
        .count();
}

double median(std::vector<double>& times) {
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

// Bytes that this process has had written to the disk: /proc/self/io, proc(5).
std::uint64_t written() {
    std::uint64_t bytes = 0;
    if (std::FILE* io = std::fopen("/proc/self/io", "re"); io != nullptr) {
        char line[128];
        while (std::fgets(line, sizeof line, io) != nullptr)
            if (std::sscanf(line, "write_bytes: %lu", &bytes) == 1) break;
        std::fclose(io);
    }
    return bytes;
}

void check(bool good, const char* what) {
    if (good) return;
    std::fprintf(stderr, "append_bench: %s failed\n", what);
    std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argc > 3) {
        std::fputs("usage: append_bench FOLDER [ROUNDS]\n", stderr);
        return 64;
    }
    const fs::path folder = fs::path(argv[1]) / "append_bench";
    const int rounds = argc == 3 ? std::max(1, std::atoi(argv[2])) : 500;
    check(fs::create_directory(folder), "creating the folder");
    std::vector<double> ours;
    std::vector<double> bare;
    std::uint64_t our_bytes = 0;
    {
        auto store = events::EventStore::open(folder);
        check(static_cast<bool>(store), "opening the log");
        const platform::UniqueFd file(
            ::open((folder / "bare").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        for (int round = 1; round <= rounds; ++round) {
            const std::vector<events::Row> rows{{static_cast<core::Seq>(round),
                                                 sample_record(static_cast<core::Seq>(round)),
                                                 events::RecordClass::reserved}};
            const std::uint64_t before = written();
            ours.push_back(microseconds(
                [&] { check(static_cast<bool>(store->commit(1, rows)), "a commit"); }));
            our_bytes += written() - before;
            const std::string& text = rows[0].record;
            bare.push_back(microseconds([&] {
                check(::write(file.get(), text.data(), text.size()) ==
                              static_cast<ssize_t>(text.size()) &&
                          ::fdatasync(file.get()) == 0,
                      "a bare write");
            }));
        }
    }
    fs::remove_all(folder);
    const double our_median = median(ours);
    const double bare_median = median(bare);
    std::printf(
        "one durable record, %d rounds: ours %.0f us (worst %.0f), bare %.0f us (worst "
        "%.0f), ratio %.2f\n",
        rounds, our_median, ours.back(), bare_median, bare.back(), our_median / bare_median);
    std::printf("written for a record: %.0f bytes\n",
                static_cast<double>(our_bytes) / static_cast<double>(rounds));
}
