// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/system_disks.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/small_file.h"
#include "platform/devices/sysfs.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t table_limit = std::size_t{1} << 20U;  // bytes of a mount table
constexpr int depth_limit = 16;  // of partitions and mappings on top of each other

using Fields = std::vector<std::string>;

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

// The lines of a table of the system's, split at white space; comments left out.
std::vector<Fields> read_table(const fs::path& path) {
    std::vector<Fields> lines;
    const auto content = read_small(path, table_limit);
    std::istringstream stream(content ? *content : std::string());
    for (std::string line; std::getline(stream, line);) {
        std::istringstream words(line);
        Fields fields;
        for (std::string word; words >> word;) fields.push_back(unescaped(word));
        if (!fields.empty() && fields[0][0] != '#') lines.push_back(std::move(fields));
    }
    return lines;
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

// The link under /dev/disk that a tag of fstab's stands for; empty where `source` is none.
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

class Finder {
  public:
    explicit Finder(const DevicePaths& paths) : paths_(paths) {}

    std::set<std::string> find() {
        const auto fstab = read_table(paths_.etc / "fstab");
        std::set<std::string> mount_points{"/"};
        for (const auto& line : fstab) {
            if (line.size() < 2) continue;
            mount_points.insert(line[1]);
            if (names_a_disk(line)) add_source(line[0]);
        }
        add_mounted(mount_points);
        for (const auto& line : read_table(paths_.proc / "swaps")) add_source(line[0]);
        return std::move(disks_);
    }

  private:
    static bool names_a_disk(const Fields& line) {
        const bool unstable =
            line[0].rfind("/dev/", 0) == 0 && line[0].find('/', 5) == std::string::npos;
        std::istringstream options(line.size() > 3 ? line[3] : std::string());
        bool at_boot = true;
        for (std::string option; std::getline(options, option, ',');)
            if (option == "noauto") at_boot = false;
        return at_boot || !unstable;
    }

    // proc(5), mountinfo: field 3 is major:minor, 5 the mount point; the source is the second one
    // behind the "-".
    void add_mounted(const std::set<std::string>& mount_points) {
        for (const auto& line : read_table(paths_.proc / "self" / "mountinfo")) {
            const auto dash = std::find(line.begin(), line.end(), "-");
            if (line.size() < 5 || mount_points.count(line[4]) == 0) continue;
            add_node(resolved(paths_.sys / "dev/block" / line[2]));
            // btrfs and others show a number of their own that no disk has.
            if (line.end() - dash > 2) add_source(*(dash + 2));
        }
    }

    void add_source(const std::string& source) {
        const fs::path link = link_of(paths_, source);
        if (!link.empty()) add_device(link);
        if (source.rfind("/dev/", 0) == 0) add_device(paths_.dev / source.substr(5));
    }

    void add_device(const fs::path& node) {
        const fs::path real = resolved(node);
        if (!real.empty()) add_node(resolved(paths_.sys / "class/block" / real.filename()));
    }

    // `object`: a disk, a partition or a mapping in sysfs, links resolved; or empty.
    void add_node(const fs::path& object, int depth = 0) {
        if (object.empty() || depth > depth_limit) return;
        if (fs::exists(object / "partition")) return add_node(object.parent_path(), depth + 1);
        const auto below = names_in(object / "slaves");
        for (const auto& name : below) add_node(resolved(object / "slaves" / name), depth + 1);
        if (below.empty()) disks_.insert(object.filename().string());
    }

    const DevicePaths& paths_;
    std::set<std::string> disks_;
};

}  // namespace

std::set<std::string> system_disks(const DevicePaths& paths) {
    return Finder(paths).find();
}

bool fstab_waits_for_a_disk(const DevicePaths& paths) {
    const auto fstab = read_table(paths.etc / "fstab");
    return std::any_of(fstab.begin(), fstab.end(), [&](const Fields& line) {
        const fs::path link = link_of(paths, line[0]);
        return !link.empty() && resolved(link).empty();
    });
}

}  // namespace vaktpost::platform
