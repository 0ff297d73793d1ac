// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "platform/base/unique_fd.h"

namespace vaktpost::prove_keyboard {

// Has the events of an open input device for itself (EVIOCGRAB). False: somebody else has.
bool take(int input_device);

// The input devices of some USB interfaces, each for ourselves: neither a session nor the text
// console hears what is typed on them, nor the kernel (SysRq). A driver that takes the place of
// another makes them anew, so they are looked for again and again.
class GrabbedKeyboards {
  public:
    using Take = std::function<bool(int input_device)>;

    GrabbedKeyboards(std::filesystem::path sys, std::filesystem::path nodes, std::string device,
                     std::vector<std::string> interfaces, Take take_one = take);
    ~GrabbedKeyboards();
    GrabbedKeyboards(const GrabbedKeyboards&) = delete;
    GrabbedKeyboards& operator=(const GrabbedKeyboards&) = delete;

    // Waits up to `longest` until there are some and all of them are ours. False: nobody could type
    // on it.
    bool grab(std::chrono::milliseconds longest);

    // Tells each key that goes down until `press` returns false. Ends when the time is over, when
    // the interfaces have gone, or when they have had no input device for `gap`.
    void listen(std::chrono::milliseconds longest, std::chrono::milliseconds gap,
                const std::function<bool(std::uint16_t key)>& press);

  private:
    struct Node {
        platform::UniqueFd fd;
        bool released = false;  // by us, from what udev had the kernel do
    };

    [[nodiscard]] std::vector<std::filesystem::path> interface_folders() const;
    bool look();
    void release_all();
    bool read_some(std::chrono::milliseconds longest,
                   const std::function<bool(std::uint16_t)>& press, bool& go_on);

    std::filesystem::path sys_;
    std::filesystem::path node_folder_;
    std::string device_;
    std::vector<std::string> interfaces_;
    Take take_;
    std::map<std::filesystem::path, Node> held_;  // by the folder of the node in sysfs
};

}  // namespace vaktpost::prove_keyboard
