// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "platform/base/unique_fd.h"

namespace vaktpost::prove_keyboard {

// The input devices of some USB interfaces, each for ourselves (EVIOCGRAB): neither a session nor
// the text console hears what is typed on them.
class GrabbedKeyboards {
  public:
    // Waits up to `longest` for the first of them to appear. False: none did, or one of them is
    // somebody else's.
    bool grab(const std::filesystem::path& sys, const std::string& device,
              const std::vector<std::string>& interfaces, std::chrono::milliseconds longest);

    // Tells each key that goes down until `press` returns false. False: the time is over, or a
    // device has left.
    bool listen(std::chrono::milliseconds longest,
                const std::function<bool(std::uint16_t key)>& press);

  private:
    std::vector<platform::UniqueFd> nodes_;
};

}  // namespace vaktpost::prove_keyboard
