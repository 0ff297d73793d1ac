// SPDX-License-Identifier: GPL-3.0-or-later
// The framing that all netlink messages share (netlink(7)): messages in a buffer, attributes in a
// message. Lengths are believed only as far as there are bytes.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>

namespace vaktpost::platform {

using NetlinkBytes = std::span<const std::uint8_t>;

// A structure at the beginning of the bytes, which may lie at any address; none where they end
// before it does.
template <class Structure>
std::optional<Structure> structure_at(NetlinkBytes bytes) {
    if (bytes.size() < sizeof(Structure)) return std::nullopt;
    Structure structure;
    std::memcpy(&structure, bytes.data(), sizeof structure);
    return structure;
}

namespace netlink_detail {

// The bytes behind the first `length`, which netlink rounds up to a multiple of four.
inline NetlinkBytes behind(NetlinkBytes bytes, std::size_t length) {
    const std::size_t aligned = (length + 3) / 4 * 4;
    return aligned < bytes.size() ? bytes.subspan(aligned) : NetlinkBytes{};
}

}  // namespace netlink_detail

// Calls `handle(nlmsghdr, NetlinkBytes payload)` for each whole message.
template <class Handler>
void each_message(NetlinkBytes bytes, Handler handle) {
    while (const auto header = structure_at<nlmsghdr>(bytes)) {
        if (header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > bytes.size()) return;
        handle(*header, bytes.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr)));
        bytes = netlink_detail::behind(bytes, header->nlmsg_len);
    }
}

// Calls `handle(std::uint16_t type, NetlinkBytes value)` for each whole attribute, its flags left
// out of the type.
template <class Handler>
void each_attribute(NetlinkBytes bytes, Handler handle) {
    while (const auto header = structure_at<nlattr>(bytes)) {
        if (header->nla_len < sizeof(nlattr) || header->nla_len > bytes.size()) return;
        handle(static_cast<std::uint16_t>(header->nla_type & NLA_TYPE_MASK),
               bytes.subspan(sizeof(nlattr), header->nla_len - sizeof(nlattr)));
        bytes = netlink_detail::behind(bytes, header->nla_len);
    }
}

// How far the answer to a request for a whole table has come; it takes several receptions.
struct DumpProgress {
    bool done = false;
    bool interrupted = false;  // the table changed meanwhile: the parts may not fit together
    int error = 0;             // errno; the answer has ended with it
};

// Calls `handle(std::uint16_t type, NetlinkBytes payload)` for each message of the answer to the
// request `sequence`; others are passed over.
template <class Handler>
void each_answer(NetlinkBytes bytes, std::uint32_t sequence, DumpProgress& progress,
                 Handler handle) {
    each_message(bytes, [&](const nlmsghdr& header, NetlinkBytes payload) {
        if (header.nlmsg_seq != sequence || progress.done) return;
        if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) progress.interrupted = true;
        if (header.nlmsg_type != NLMSG_DONE && header.nlmsg_type != NLMSG_ERROR)
            return handle(header.nlmsg_type, payload);
        progress.done = true;
        // Both begin with a negative errno, or zero. Not every bit pattern is one.
        const auto error = structure_at<std::int32_t>(payload).value_or(0);
        if (error < 0 && error > -4096) progress.error = -error;
    });
}

// The attributes behind a message's own structure.
template <class Structure>
NetlinkBytes attributes_behind(NetlinkBytes payload) {
    return netlink_detail::behind(payload, sizeof(Structure));
}

inline std::uint32_t number_of(NetlinkBytes value) {
    return structure_at<std::uint32_t>(value).value_or(0);
}

// Up to the first zero byte.
inline std::string text_of(NetlinkBytes value) {
    std::string text(value.begin(), value.end());
    return text.substr(0, text.find('\0'));
}

}  // namespace vaktpost::platform
