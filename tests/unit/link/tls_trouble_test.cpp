// SPDX-License-Identifier: GPL-3.0-or-later
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <catch2/catch.hpp>

#include "platform/link/tls_trouble.h"

using namespace vaktpost::link;

TEST_CASE("a receiver's certificate fails in ways that are told apart") {
    const auto state = [](long code) { return unverified(code, "log.example").state; };
    CHECK(state(X509_V_ERR_CERT_HAS_EXPIRED) == State::expired);
    CHECK(state(X509_V_ERR_CERT_NOT_YET_VALID) == State::expired);
    CHECK(state(X509_V_ERR_CERT_REVOKED) == State::revoked);
    CHECK(state(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY) == State::untrusted);
    const Trouble name = unverified(X509_V_ERR_HOSTNAME_MISMATCH, "log.example");
    CHECK(name.state == State::untrusted);
    CHECK(name.cause == Cause::receiver_name);
    CHECK(name.text == "the receiver's certificate is not that of log.example");
}

TEST_CASE("what a receiver says of ours is told apart too") {
    CHECK(alerted(SSL_AD_CERTIFICATE_EXPIRED).state == State::expired);
    CHECK(alerted(SSL_AD_CERTIFICATE_REVOKED).state == State::revoked);
    CHECK(alerted(SSL_AD_UNKNOWN_CA).state == State::untrusted);
    CHECK(alerted(SSL_AD_CERTIFICATE_REVOKED).cause == Cause::own_certificate);
    CHECK(alerted(SSL_AD_HANDSHAKE_FAILURE).state == State::refused);
    CHECK(alerted(SSL_AD_HANDSHAKE_FAILURE).cause == Cause::refusal);
}
