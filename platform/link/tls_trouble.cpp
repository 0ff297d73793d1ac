// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/tls_trouble.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace vaktpost::link {
namespace {

Trouble of_ours(State state, const std::string& what) {
    return {state, Cause::own_certificate,
            "the receiver says of this machine's certificate: " + what};
}

}  // namespace

Trouble unverified(long code, const std::string& host) {
    const std::string words = ::X509_verify_cert_error_string(code);
    const auto of_theirs = [&](State state) {
        return Trouble{state, Cause::receiver_certificate, "the receiver's certificate: " + words};
    };
    switch (code) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return of_theirs(State::expired);
        case X509_V_ERR_CERT_REVOKED:
            return of_theirs(State::revoked);
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return {State::untrusted, Cause::receiver_name,
                    "the receiver's certificate is not that of " + host};
        default:
            return of_theirs(State::untrusted);
    }
}

Trouble alerted(int alert) {
    const std::string words = ::SSL_alert_desc_string_long(alert);
    switch (alert) {
        case SSL_AD_CERTIFICATE_EXPIRED:
            return of_ours(State::expired, words);
        case SSL_AD_CERTIFICATE_REVOKED:
            return of_ours(State::revoked, words);
        case SSL_AD_BAD_CERTIFICATE:
        case SSL_AD_UNSUPPORTED_CERTIFICATE:
        case SSL_AD_CERTIFICATE_UNKNOWN:
        case SSL_AD_UNKNOWN_CA:
        case SSL_AD_ACCESS_DENIED:
        case SSL_AD_CERTIFICATE_REQUIRED:
            return of_ours(State::untrusted, words);
        default:
            return {State::refused, Cause::refusal, "the receiver refuses TLS: " + words};
    }
}

std::string openssl_words() {
    const unsigned long error = ::ERR_peek_last_error();
    const char* words = ::ERR_reason_error_string(error);
    return words != nullptr ? words : "error " + std::to_string(error);
}

}  // namespace vaktpost::link
