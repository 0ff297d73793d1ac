// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/mount_table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <string_view>
#include <utility>

#include "platform/base/small_file.h"
#include "platform/devices/sysfs.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t table_limit = std::size_t{4} << 20U;  // bytes of a table

// \040 and the like: getmntent(3)
std::string unescaped(std::string_view field) {
    std::string text;
    for (std::size_t i = 0; i < field.size(); ++i) {
        const auto octal = [&](std::size_t at) {
            return at < field.size() && field[at] >= '0' && field[at] <= '7';
        };
        if (field[i] == '\\' && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
            text += static_cast<char>((field[i + 1] - '0') * 64 + (field[i + 2] - '0') * 8 +
                                      (field[i + 3] - '0'));
            i += 3;
        } else {
            text += field[i];
        }
    }
    return text;
}

// As udev writes a label into a link's name: what is neither letter, digit nor one of a few signs
// becomes \xNN.
std::string link_name(std::string_view value) {
    constexpr std::string_view plain = "#+-.:=@_";
    constexpr std::string_view digits = "0123456789abcdef";
    std::string name;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 || std::isalnum(byte) != 0 || plain.find(c) != std::string_view::npos) {
            name += c;
        } else {
            name += "\\x";
            name += digits[byte >> 4U];
            name += digits[byte & 0xfU];
        }
    }
    return name;
}

}  // namespace

std::vector<TableLine> read_table(const fs::path& path) {
    const auto content = read_small(path, table_limit);
    return lines_of(content ? *content : std::string());
}

std::vector<TableLine> lines_of(const std::string& table) {
    std::vector<TableLine> lines;
    std::istringstream stream(table);
    for (std::string line; std::getline(stream, line);) {
        std::istringstream words(line);
        TableLine fields;
        for (std::string word; words >> word;) fields.push_back(unescaped(word));
        if (!fields.empty() && fields[0][0] != '#') lines.push_back(std::move(fields));
    }
    return lines;
}

fs::path link_of(const DevicePaths& paths, const std::string& source) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> tags{
        {{"UUID=", "by-uuid"},
         {"LABEL=", "by-label"},
         {"PARTUUID=", "by-partuuid"},
         {"PARTLABEL=", "by-partlabel"},
         {"ID=", "by-id"}}};
    for (const auto& [tag, folder] : tags) {
        if (source.rfind(tag, 0) != 0) continue;
        std::string value = source.substr(tag.size());
        value.erase(std::remove(value.begin(), value.end(), '"'), value.end());
        return paths.dev / "disk" / folder / link_name(value);
    }
    return {};
}

fs::path block_object(const DevicePaths& paths, const std::string& source) {
    fs::path node = link_of(paths, source);
    if (source.rfind("/dev/", 0) == 0) node = paths.dev / source.substr(5);
    const fs::path real = node.empty() ? node : resolved(node);
    return real.empty() ? real : resolved(paths.sys / "class/block" / real.filename());
}

bool names_a_disk(const TableLine& line) {
    const bool unstable =
        line[0].rfind("/dev/", 0) == 0 && line[0].find('/', 5) == std::string::npos;
    std::istringstream options(line.size() > 3 ? line[3] : std::string());
    bool at_boot = true;
    for (std::string option; std::getline(options, option, ',');)
        if (option == "noauto") at_boot = false;
    return at_boot || !unstable;
}

namespace {

// Options of a file system: "ro" or "rw" comes first.
bool begins_read_only(const std::string& options) {
    return options == "ro" || options.rfind("ro,", 0) == 0;
}

}  // namespace

std::optional<Mount> mount_of(const TableLine& line) {
    const auto dash = std::find(line.begin(), line.end(), "-");
    if (line.size() < 5 || line.end() - dash <= 2) return std::nullopt;
    const bool writable = line.end() - dash <= 3 || !begins_read_only(*(dash + 3));
    return Mount{line[2], line[4], *(dash + 1), *(dash + 2), writable};
}

std::vector<Mount> mounts_now(const DevicePaths& paths) {
    std::vector<Mount> mounts;
    for (const auto& line : read_table(paths.proc / "self/mountinfo"))
        if (auto mount = mount_of(line)) mounts.push_back(std::move(*mount));
    return mounts;
}

fs::path block_object(const DevicePaths& paths, const Mount& mount) {
    fs::path object = resolved(paths.sys / "dev/block" / mount.number);
    return object.empty() ? block_object(paths, mount.source) : object;
}

}  // namespace vaktpost::platform
