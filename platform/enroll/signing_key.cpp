// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/signing_key.h"

#include <openssl/pem.h>

#include <cerrno>
#include <cstdio>

namespace vaktpost::enroll {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

core::Result<SigningKey> SigningKey::load(const std::string& file) {
    const std::unique_ptr<std::FILE, CloseFile> stream(std::fopen(file.c_str(), "re"));
    if (!stream) return core::system_error(errno, "read " + file);
    SigningKey key;
    key.key_.reset(PEM_read_PrivateKey(stream.get(), nullptr, nullptr, nullptr));
    std::size_t size = key.public_key_.size();
    if (!key.key_ || EVP_PKEY_id(key.key_.get()) != EVP_PKEY_ED25519 ||
        EVP_PKEY_get_raw_public_key(key.key_.get(), key.public_key_.data(), &size) != 1)
        return core::Error{EBADMSG, "read " + file, "no Ed25519 key in PEM"};
    return key;
}

core::Result<std::string> SigningKey::sign(std::string_view text) const {
    const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    token::Signature signature{};
    std::size_t size = signature.size();
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, bytes, text.size()) != 1)
        return core::Error{EIO, "sign", "OpenSSL refuses"};
    return token::to_hex(signature.data(), size);
}

}  // namespace vaktpost::enroll
