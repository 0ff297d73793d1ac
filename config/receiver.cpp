// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/receiver.h"

#include <arpa/inet.h>

#include <charconv>

namespace vaktpost::config {
namespace {

constexpr std::size_t longest_host = 253;  // RFC 1035, 2.3.4, in text
constexpr std::size_t longest_label = 63;

bool is_address_of(int family, const std::string& host) {
    in6_addr address{};  // the larger of the two
    return ::inet_pton(family, host.c_str(), &address) == 1;
}

bool good_label(std::string_view label) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    return !label.empty() && label.size() <= longest_label &&
           label.find_first_not_of(allowed) == std::string_view::npos && label.front() != '-' &&
           label.back() != '-';
}

bool good_name(std::string_view name) {
    if (name.empty() || name.size() > longest_host) return false;
    for (;;) {
        const std::size_t dot = name.find('.');
        if (!good_label(name.substr(0, dot))) return false;
        if (dot == std::string_view::npos) break;
        name.remove_prefix(dot + 1);
    }
    // Digits alone at the end make an address, and this one is none: "10.0.0.256".
    return name.find_first_not_of("0123456789") != std::string_view::npos;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

std::optional<std::string> parse_host(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) {
        std::string address(text.substr(1, text.size() - 2));
        return is_address_of(AF_INET6, address) ? std::optional(address) : std::nullopt;
    }
    std::string host(text);
    return is_address_of(AF_INET, host) || good_name(host) ? std::optional(host) : std::nullopt;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto host = parse_host(text.substr(0, colon));
    const auto port = parse_port(text.substr(colon + 1));
    if (!host || !port) return std::nullopt;
    return Endpoint{std::move(*host), *port};
}

}  // namespace

std::optional<Receiver> parse_receiver(std::string_view text) {
    const std::size_t end = text.find("://");
    if (end == std::string_view::npos) return std::nullopt;
    const auto transport = core::from_string<Transport>(text.substr(0, end));
    auto at = parse_endpoint(text.substr(end + 3));
    if (!transport || !at) return std::nullopt;
    return Receiver{*transport, std::move(*at)};
}

std::optional<Endpoint> parse_proxy(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    if (!text.starts_with(scheme)) return std::nullopt;
    return parse_endpoint(text.substr(scheme.size()));
}

std::string to_text(const Endpoint& endpoint) {
    const bool v6 = endpoint.host.find(':') != std::string::npos;
    return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

std::string to_text(const Receiver& receiver) {
    return std::string(core::to_string(receiver.transport)) + "://" + to_text(receiver.at);
}

bool is_address(const std::string& host) {
    return is_address_of(AF_INET, host) || is_address_of(AF_INET6, host);
}

}  // namespace vaktpost::config
