// SPDX-License-Identifier: GPL-3.0-or-later
// Where the log goes, as the settings name it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/words.h"

namespace vaktpost::config {

struct Endpoint {
    std::string host;  // a name, an IPv4 address, or an IPv6 address without brackets
    std::uint16_t port = 0;
    bool operator==(const Endpoint&) const = default;
};

// Both over TLS, always.
enum class Transport {
    relp,    // acknowledges each record
    syslog,  // RFC 5425: acknowledges nothing
};

struct Receiver {
    Transport transport = Transport::relp;
    Endpoint at;
    bool operator==(const Receiver&) const = default;
};

// "relp://HOST:PORT" or "syslog://HOST:PORT"
std::optional<Receiver> parse_receiver(std::string_view text);

// "http://HOST:PORT"
std::optional<Endpoint> parse_proxy(std::string_view text);

// "HOST:PORT", an IPv6 address in brackets.
std::string to_text(const Endpoint& endpoint);
std::string to_text(const Receiver& receiver);

// An IPv4 or IPv6 address, no name.
bool is_address(const std::string& host);

}  // namespace vaktpost::config

namespace vaktpost::core {

VAKTPOST_WORDS(config::Transport, "relp", "syslog");

}  // namespace vaktpost::core
