// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace vaktpost::enroll {

// "31.0 GB"
std::string size_text(std::uint64_t bytes);

// How far a long step is, on one line of standard error where that is a terminal; elsewhere
// nothing.
class Progress {
  public:
    explicit Progress(std::string what);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void show(std::uint64_t done, std::uint64_t of);

  private:
    std::string what_;
    bool terminal_;
    int shown_ = -1;  // per cent
};

}  // namespace vaktpost::enroll
