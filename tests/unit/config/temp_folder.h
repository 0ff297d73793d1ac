// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace vaktpost::config {

// A folder of the test's own, removed with everything in it.
class TempFolder {
  public:
    TempFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "vaktpost-config-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) std::abort();
        path_ = pattern;
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::string at(std::string_view name) const { return (path_ / name).string(); }

    // Mode 0644 whatever the umask.
    std::string write(std::string_view name, std::string_view bytes) const {
        using std::filesystem::perms;
        std::ofstream(at(name), std::ios::binary) << bytes;
        std::filesystem::permissions(at(name), perms::owner_read | perms::owner_write |
                                                   perms::group_read | perms::others_read);
        return at(name);
    }

  private:
    std::filesystem::path path_;
};

}  // namespace vaktpost::config
