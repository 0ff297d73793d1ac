// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/sysfs.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>

#include "platform/base/small_file.h"
#include "platform/devices/usb_names.h"

namespace vaktpost::platform {

namespace fs = std::filesystem;

std::string read_attribute(const fs::path& path) {
    auto content = read_small(path);
    if (!content) return {};
    if (!content->empty() && content->back() == '\n') content->pop_back();
    return *content;
}

std::optional<std::uint64_t> read_number(const fs::path& path, int base) {
    return parse_number(read_attribute(path), base);
}

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
        names.push_back(entry->path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

fs::path resolved(const fs::path& path) {
    std::error_code error;
    fs::path real = fs::canonical(path, error);
    return error ? fs::path() : real;
}

std::uint64_t object_number(const fs::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace vaktpost::platform
