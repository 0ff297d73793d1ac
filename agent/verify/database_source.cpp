// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <fstream>

#include "agent/events/event_reader.h"
#include "agent/verify/sources.h"

namespace vaktpost::verify {

bool is_database(const std::filesystem::path& path) {
    constexpr std::string_view header("SQLite format 3\0", 16);  // sqlite.org/fileformat.html
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return false;
    std::array<char, 16> start{};
    std::ifstream file(path, std::ios::binary);
    file.read(start.data(), start.size());
    return std::string_view(start.data(), static_cast<std::size_t>(file.gcount())) == header;
}

core::Status read_database(Source& source, Collector& collector, const ProgressSink& progress) {
    auto reader = events::EventReader::open(source.name);
    if (!reader) return reader.error();
    auto done = reader->after({}, [&](events::Position position, std::string_view record) {
        collector.row(source, position, record);
        progress({source.records, 0, 0});
        return true;
    });
    if (!done) return done;
    // A log of the first format has no marks.
    if (const auto mark = reader->acknowledged()) collector.acknowledged(source, *mark);
    return done;
}

}  // namespace vaktpost::verify
