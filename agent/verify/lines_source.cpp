// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "agent/verify/line_reader.h"
#include "agent/verify/sources.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::verify {
namespace {

std::uint64_t size_of(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
    return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

core::Status read_lines(Source& source, Collector& collector, const ProgressSink& progress) {
    platform::UniqueFd file;
    int fd = STDIN_FILENO;
    if (source.name != "-") {
        file.reset(::open(source.name.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file) return core::system_error(errno, "read " + source.name);
        fd = file.get();
    }
    const std::uint64_t size = size_of(fd);
    LineReader lines(fd);
    while (const auto line = lines.next()) {
        collector.line(source, *line);
        progress({source.records, lines.bytes(), size});
    }
    if (lines.error() != 0) return core::system_error(lines.error(), "read " + source.name);
    return core::Done{};
}

}  // namespace vaktpost::verify
