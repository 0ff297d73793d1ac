// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "tests/unit/events/temp_folder.h"

namespace vaktpost::test {

// A file system of 1 MiB that can be filled up and made read-only. Takes root; otherwise why() says
// what failed.
class SmallDisk {
  public:
    SmallDisk() {
        if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=1M,mode=0755") != 0)
            why_ = std::string("a small file system cannot be mounted: ") + std::strerror(errno);
    }
    ~SmallDisk() {
        if (why_.empty()) ::umount2(folder_.path().c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    [[nodiscard]] const std::string& why() const { return why_; }
    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

    void fill() const {
        std::ofstream file(path() / "filler", std::ios::binary | std::ios::app);
        const std::string block(4096, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
    }
    void make_room() const { std::filesystem::remove(path() / "filler"); }

    [[nodiscard]] bool make_read_only(bool on) const {
        const unsigned long flags = on ? MS_REMOUNT | MS_RDONLY : MS_REMOUNT;
        return ::mount("tmpfs", path().c_str(), "tmpfs", flags, "size=1M") == 0;
    }

  private:
    TempFolder folder_;
    std::string why_;
};

}  // namespace vaktpost::test
