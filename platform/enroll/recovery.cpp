// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/recovery.h"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "platform/token/token_text.h"

namespace vaktpost::enroll {
namespace {

constexpr std::size_t longest = 6000;  // of what stands in a header of 16 KiB beside the rest

struct Free {
    void operator()(std::FILE* file) const { std::fclose(file); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(CMS_ContentInfo* message) const { CMS_ContentInfo_free(message); }
    void operator()(BIO* memory) const { BIO_free(memory); }
};
using File = std::unique_ptr<std::FILE, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using Message = std::unique_ptr<CMS_ContentInfo, Free>;
using Memory = std::unique_ptr<BIO, Free>;

core::Error failed(const char* why) {
    return {EIO, "make a recovery key", why};
}

core::Result<Certificate> read_certificate(const std::string& file) {
    const File stream(std::fopen(file.c_str(), "re"));
    if (!stream) return core::system_error(errno, "read " + file);
    Certificate certificate(PEM_read_X509(stream.get(), nullptr, nullptr, nullptr));
    if (!certificate) return core::Error{EBADMSG, "read " + file, "no certificate in PEM"};
    return certificate;
}

bool add_recipient(CMS_ContentInfo* message, X509* certificate) {
    auto* recipient = CMS_add1_recipient_cert(message, certificate, CMS_KEY_PARAM);
    if (recipient == nullptr) return false;
    if (EVP_PKEY_base_id(X509_get0_pubkey(certificate)) != EVP_PKEY_RSA) return true;
    auto* context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
    return context != nullptr &&
           EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1;
}

std::string base64(const unsigned char* bytes, std::size_t size) {
    std::string text(4 * ((size + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes,
                                       static_cast<int>(size));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

core::Result<std::string> encrypt(const std::string& passphrase, X509* certificate) {
    constexpr unsigned flags = CMS_BINARY | CMS_PARTIAL;
    const Memory input(BIO_new_mem_buf(passphrase.data(), static_cast<int>(passphrase.size())));
    const Message message(CMS_encrypt(nullptr, input.get(), EVP_aes_256_cbc(), flags));
    if (!message || !add_recipient(message.get(), certificate) ||
        CMS_final(message.get(), input.get(), nullptr, flags) != 1)
        return failed("the certificate's key encrypts nothing");
    unsigned char* der = nullptr;
    const int size = i2d_CMS_ContentInfo(message.get(), &der);
    if (size <= 0) return failed("no room");
    auto text = base64(der, static_cast<std::size_t>(size));
    OPENSSL_free(der);
    if (text.size() > longest) return failed("the certificate is too long for a header");
    return text;
}

}  // namespace

core::Result<Recovery> make_recovery(const std::string& certificate_file) {
    const auto certificate = read_certificate(certificate_file);
    if (!certificate) return certificate.error();
    std::array<unsigned char, 32> random{};
    if (RAND_priv_bytes(random.data(), random.size()) != 1) return failed("no random numbers");
    Recovery recovery{Secret(token::to_hex(random.data(), random.size())), {}};
    OPENSSL_cleanse(random.data(), random.size());
    auto encrypted = encrypt(recovery.passphrase.text(), certificate->get());
    if (!encrypted) return encrypted.error();
    recovery.encrypted = std::move(*encrypted);
    return recovery;
}

}  // namespace vaktpost::enroll
