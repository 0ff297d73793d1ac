// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/tls_identity.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include "platform/base/journal.h"
#include "platform/base/small_file.h"
#include "platform/link/tls_trouble.h"

namespace vaktpost::link {
namespace {

constexpr std::size_t largest_file = 1 << 20;

Trouble unusable(const std::string& why) {
    return {State::untrusted, Cause::own_files, why};
}

// OpenSSL would say no more than "system lib".
Outcome check_readable(const std::string& path) {
    const auto text = platform::read_small(path, largest_file);
    if (!text) return unusable(platform::printable(text.error().text()));
    return {};
}

// It would ask on a terminal otherwise.
int no_password(char*, int, int, void*) {
    return -1;
}

Outcome check_dates(const SSL_CTX& context, const std::string& path) {
    const X509* certificate = ::SSL_CTX_get0_certificate(&context);
    if (::X509_cmp_current_time(::X509_get0_notAfter(certificate)) < 0)
        return Trouble{State::expired, Cause::own_certificate,
                       "this machine's certificate " + platform::printable(path) + " has expired"};
    if (::X509_cmp_current_time(::X509_get0_notBefore(certificate)) > 0)
        return Trouble{State::expired, Cause::own_certificate,
                       "this machine's certificate " + platform::printable(path) +
                           " does not hold yet; is the clock right?"};
    return {};
}

// A list beside the authority's certificates has been loaded with them; it counts only when asked
// for. Once it is too old nobody is trusted any more.
void heed_revocations(SSL_CTX* context) {
    X509_STORE* store = ::SSL_CTX_get_cert_store(context);
    const STACK_OF(X509_OBJECT)* objects = ::X509_STORE_get0_objects(store);
    for (int number = 0; number < sk_X509_OBJECT_num(objects); ++number)
        if (::X509_OBJECT_get_type(sk_X509_OBJECT_value(objects, number)) == X509_LU_CRL)
            ::X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
}

Outcome read_files(const IdentityFiles& files, SSL_CTX* context) {
    for (const std::string& path : {files.authority, files.certificate, files.key})
        if (auto trouble = check_readable(path)) return trouble;
    const auto failed = [](const std::string& path) {
        return unusable(platform::printable(path) + ": " + openssl_words());
    };
    if (::SSL_CTX_load_verify_file(context, files.authority.c_str()) != 1)
        return failed(files.authority);
    heed_revocations(context);
    if (::SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
        return failed(files.certificate);
    // Also compares it with the certificate.
    if (::SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
        return failed(files.key);
    return check_dates(*context, files.certificate);
}

}  // namespace

Outcome load_identity(const IdentityFiles& files, TlsContext& context) {
    ::ERR_clear_error();
    context.reset(::SSL_CTX_new(::TLS_client_method()));
    if (!context) return unusable("cannot set up TLS: " + openssl_words());
    ::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    ::SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                             SSL_OP_IGNORE_UNEXPECTED_EOF);
    ::SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                          SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                          SSL_MODE_RELEASE_BUFFERS);
    ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    ::SSL_CTX_set_default_passwd_cb(context.get(), &no_password);
    return read_files(files, context.get());
}

}  // namespace vaktpost::link
