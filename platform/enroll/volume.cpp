// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/volume.h"

#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <span>

#include "platform/enroll/file_system.h"
#include "platform/enroll/progress.h"
#include "platform/enroll/signals.h"
#include "platform/token/token_check.h"

namespace vaktpost::enroll {
namespace {

namespace json = boost::json;

constexpr int user_slot = 0;
constexpr int recovery_slot = 1;
constexpr std::size_t volume_key_size = 64;  // two keys of 256 bits: xts
constexpr std::size_t wipe_block = 1 << 20U;
// 512 MiB: any workstation can open it that has two gigabytes.
constexpr std::uint32_t argon_memory_kib = 512 * 1024;
constexpr std::uint32_t argon_time_ms = 2000;

core::Error failed(int error, const char* operation) {
    return core::system_error(-error, operation);
}

core::Error left_unlocked(int error, const std::string& name, const core::Status& made) {
    auto told = failed(error, "lock the medium again");
    told.detail += "; it is left unlocked: cryptsetup close " + name;
    if (!made) told.detail += "; before that: " + made.error().text();
    return told;
}

int show(std::uint64_t size, std::uint64_t offset, void* progress) {
    static_cast<Progress*>(progress)->show(offset, size);
    return 0;
}

// While something is unlocked, an end would leave it so.
class Uninterrupted {
  public:
    Uninterrupted() {
        sigset_t ends;
        ::sigemptyset(&ends);
        for (const int signal : ending_signals) ::sigaddset(&ends, signal);
        ::sigprocmask(SIG_BLOCK, &ends, &before_);
    }
    ~Uninterrupted() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
    Uninterrupted(const Uninterrupted&) = delete;
    Uninterrupted& operator=(const Uninterrupted&) = delete;

  private:
    sigset_t before_{};
};

}  // namespace

core::Result<Volume> Volume::open(const std::string& path) {
    crypt_set_log_callback(
        nullptr, [](int, const char*, void*) {}, nullptr);
    crypt_device* device = nullptr;
    if (const int error = crypt_init(&device, path.c_str()); error != 0)
        return failed(error, "open the medium");
    return Volume(device);
}

core::Status Volume::overwrite(std::uint64_t size) {
    Progress progress("Overwriting");
    const int error = crypt_wipe(device_.get(), nullptr, CRYPT_WIPE_ZERO, 0, size, wipe_block, 0,
                                 show, &progress);
    if (error != 0) return failed(error, "overwrite the medium");
    return core::Done{};
}

core::Status Volume::overwrite_ends(std::uint64_t size) {
    for (const auto offset : {std::uint64_t{0}, size - wipe_block}) {
        const int error = crypt_wipe(device_.get(), nullptr, CRYPT_WIPE_ZERO, offset, wipe_block,
                                     wipe_block, 0, nullptr, nullptr);
        if (error != 0) return failed(error, "overwrite the medium");
    }
    return core::Done{};
}

core::Status Volume::encrypt(const Secret& passphrase, const Secret& recovery) {
    crypt_pbkdf_type derivation{};
    derivation.type = CRYPT_KDF_ARGON2ID;
    derivation.hash = "sha256";
    derivation.time_ms = argon_time_ms;
    derivation.max_memory_kb = argon_memory_kib;
    derivation.parallel_threads = 4;
    crypt_params_luks2 parameters{};
    parameters.pbkdf = &derivation;
    parameters.sector_size = 512;  // a file system made elsewhere fits too
    if (const int error = crypt_format(device_.get(), CRYPT_LUKS2, "aes", "xts-plain64", nullptr,
                                       nullptr, volume_key_size, &parameters);
        error != 0)
        return failed(error, "encrypt the medium");
    const auto add = [&](int slot, const std::string& text) {
        return crypt_keyslot_add_by_volume_key(device_.get(), slot, nullptr, 0, text.data(),
                                               text.size());
    };
    if (const int error = add(user_slot, passphrase.text()); error < 0)
        return failed(error, "set the passphrase");
    if (const int error = add(recovery_slot, recovery.text()); error < 0)
        return failed(error, "add the recovery key");
    return core::Done{};
}

core::Status Volume::make_file_system(const std::string& type) {
    const std::string name = "vaktpost-enroll-" + std::to_string(::getpid());
    const Uninterrupted until_locked;
    if (const int error = crypt_activate_by_volume_key(device_.get(), name.c_str(), nullptr, 0,
                                                       CRYPT_ACTIVATE_PRIVATE);
        error < 0)
        return failed(error, "unlock the medium");
    auto made = enroll::make_file_system(type, "/dev/mapper/" + name);
    const int error = crypt_deactivate(device_.get(), name.c_str());
    return error == 0 ? made : left_unlocked(error, name, made);
}

core::Result<std::string> Volume::metadata() const {
    const char* text = nullptr;
    const int error = crypt_dump_json(device_.get(), &text, 0);
    if (error != 0 || text == nullptr) return failed(error, "read the header");
    return std::string(text);
}

// Last of all: a token stands in a header only when everything else does.
core::Status Volume::sign(const token::Content& content, const SigningKey& key) {
    const auto before = metadata();
    if (!before) return before.error();
    boost::system::error_code ignored;
    const auto digest = token::volume_key_digest(json::parse(*before, ignored));
    const std::string volume = crypt_get_uuid(device_.get());
    const auto signature = key.sign(token::signed_text(content, volume, digest));
    if (!signature) return signature.error();
    const json::object object{
        {"type", token::type_name},     {"keyslots", json::array{std::to_string(recovery_slot)}},
        {"format", token::format},      {"organisation", content.organisation},
        {"unit", content.unit},         {"serial", content.serial},
        {"issued", content.issued},     {"expires", content.expires},
        {"recovery", content.recovery}, {"key", token::key_id(key.public_key())},
        {"signature", *signature}};
    const int error =
        crypt_token_json_set(device_.get(), CRYPT_ANY_TOKEN, json::serialize(object).c_str());
    if (error < 0) return failed(error, "write the token");
    // As the examiner will see it.
    const auto after = metadata();
    const std::span trusted(&key.public_key(), 1);
    if (!after || token::check_token(*after, volume, trusted).state != core::TokenState::valid)
        return core::Error{EIO, "write the token", "what stands there now is no valid one"};
    return core::Done{};
}

}  // namespace vaktpost::enroll
