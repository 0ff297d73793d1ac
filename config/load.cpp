// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/load.h"

#include <nettle/sha2.h>

#include <array>
#include <cerrno>

#include "config/file.h"
#include "config/policy_parser.h"

namespace vaktpost::config {
namespace {

constexpr std::string_view local_source = "local";
constexpr std::string_view default_source = "default";

std::string sha256(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_ctx context{};
    sha256_init(&context);
    // nettle takes unsigned bytes.
    sha256_update(&context, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
    sha256_digest(&context, digest.size(), digest.data());
    std::string hex;
    for (const std::uint8_t byte : digest) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 0xfU];
    }
    return hex;
}

core::Result<LoadedPolicy> load_from(const std::string& path, std::string_view source) {
    const auto bytes = read_file(path, Trust::root);
    if (!bytes) return bytes.error();
    auto policy = parse_policy(*bytes, path);
    if (!policy) return policy.error();
    return LoadedPolicy{std::move(*policy), sha256(*bytes), source, {}};
}

LoadedPolicy built_in(const core::Error& reason) {
    return {{}, {}, default_source, reason.text() + "; the built-in policy is in force instead"};
}

}  // namespace

core::Result<LoadedPolicy> load_policy(const PolicyPaths& paths) {
    auto local = load_from(paths.local, local_source);
    if (local || local.error().code != ENOENT) return local;
    auto standard = load_from(paths.standard, default_source);
    if (standard || standard.error().code != ENOENT) return standard;
    return built_in(standard.error());
}

LoadedPolicy fallback_policy(const PolicyPaths& paths) {
    auto standard = load_from(paths.standard, default_source);
    if (!standard) return built_in(standard.error());
    return std::move(*standard);
}

core::Result<Settings> load_settings(const std::string& path) {
    const auto bytes = read_file(path, Trust::root);
    if (bytes) return parse_settings(*bytes, path);
    if (bytes.error().code == ENOENT) return Settings{};
    return bytes.error();
}

}  // namespace vaktpost::config
