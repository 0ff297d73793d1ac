// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/loaded_header.h"

namespace vaktpost::examine {
namespace {

constexpr Bytes kCryptSector = 512;

void discard(int /*level*/, const char* /*message*/, void* /*unused*/) {}

// libcryptsetup starts its hash library with the first header of any type, even one that is not
// there.
void start_hash_library() {
    constexpr Bytes kSmallest = 4 * kKiB;
    const Medium nothing;
    if (const auto copy = HeaderCopy::make(nothing, {0, kSmallest}, {}); copy)
        LoadedHeader::load(*copy, CRYPT_LUKS1);
}

}  // namespace

void prepare_libcryptsetup() {
    crypt_set_log_callback(nullptr, discard, nullptr);
    crypt_metadata_locking(nullptr, 0);
    start_hash_library();
}

std::optional<LoadedHeader> LoadedHeader::load(const HeaderCopy& copy, const char* type) {
    crypt_device* device = nullptr;
    if (crypt_init(&device, copy.path().c_str()) != 0) return std::nullopt;
    LoadedHeader header{Device(device)};
    if (crypt_load(device, type, nullptr) != 0) return std::nullopt;
    return header;
}

std::string LoadedHeader::cipher() const {
    const char* name = crypt_get_cipher(device_.get());
    const char* mode = crypt_get_cipher_mode(device_.get());
    if (name == nullptr || mode == nullptr) return {};
    return std::string(name) + "-" + mode;
}

Bytes LoadedHeader::data_offset() const {
    return crypt_get_data_offset(device_.get()) * kCryptSector;
}

std::string LoadedHeader::uuid() const {
    const char* uuid = crypt_get_uuid(device_.get());
    return uuid == nullptr ? std::string() : std::string(uuid);
}

std::string LoadedHeader::luks2_metadata() const {
    const char* json = nullptr;
    if (crypt_dump_json(device_.get(), &json, 0) != 0 || json == nullptr) return {};
    return json;
}

}  // namespace vaktpost::examine
