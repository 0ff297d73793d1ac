// SPDX-License-Identifier: GPL-3.0-or-later
// Messages for tests: put together, or recorded from a kernel.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/network/netlink_bytes.h"

namespace vaktpost::test {

using Buffer = std::vector<std::uint8_t>;

template <class Structure>
void put(Buffer& buffer, const Structure& structure) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&structure);
    buffer.insert(buffer.end(), bytes, bytes + sizeof structure);
    buffer.resize((buffer.size() + 3) / 4 * 4);
}

inline Buffer attribute(std::uint16_t type, const Buffer& value) {
    nlattr header{};
    header.nla_type = type;
    header.nla_len = static_cast<std::uint16_t>(sizeof header + value.size());
    Buffer buffer;
    put(buffer, header);
    buffer.insert(buffer.end(), value.begin(), value.end());
    buffer.resize((buffer.size() + 3) / 4 * 4);
    return buffer;
}
inline Buffer number(std::uint32_t value) {
    Buffer buffer;
    put(buffer, value);
    return buffer;
}
inline Buffer text(const std::string& value) {
    return {value.begin(), value.end()};
}

// A structure and attributes behind it.
template <class Structure>
Buffer payload(const Structure& structure, const std::vector<Buffer>& attributes) {
    Buffer buffer;
    put(buffer, structure);
    for (const auto& one : attributes) buffer.insert(buffer.end(), one.begin(), one.end());
    return buffer;
}

inline Buffer message(std::uint16_t type, const Buffer& content, std::uint16_t flags = 0,
                      std::uint32_t sequence = 7) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + content.size());
    header.nlmsg_type = type;
    header.nlmsg_flags = flags;
    header.nlmsg_seq = sequence;
    Buffer buffer;
    put(buffer, header);
    buffer.insert(buffer.end(), content.begin(), content.end());
    return buffer;
}

// A file of tests/unit/network/recorded.
inline Buffer recorded(const std::string& name) {
    std::ifstream file(RECORDED "/" + name + ".hex");
    if (!file) throw std::runtime_error("no recording " + name);
    Buffer buffer;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        for (std::size_t i = 0; i + 1 < line.size(); i += 2)
            buffer.push_back(static_cast<std::uint8_t>(std::stoul(line.substr(i, 2), nullptr, 16)));
    }
    return buffer;
}

}  // namespace vaktpost::test
