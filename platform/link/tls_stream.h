// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>

#include "agent/core/time.h"
#include "config/receiver.h"
#include "platform/base/unique_fd.h"
#include "platform/link/session.h"
#include "platform/link/tls_identity.h"
#include "platform/link/trouble.h"

namespace vaktpost::link {

// One TLS connection to one receiver. Each trouble ends it: nothing but its destruction may follow.
class TlsStream {
  public:
    // Connects, through the proxy where there is one, and finds out who is there: nothing was sent
    // yet when this is back, and the receiver's certificate is one of the authority's, in force,
    // for the host of its address. Then waits a moment, in which a receiver that does not want us
    // says so: under TLS 1.3 it looks at our certificate only when our side is done.
    Outcome open(const IdentityFiles& files, const std::optional<config::Endpoint>& proxy,
                 const config::Receiver& receiver);

    [[nodiscard]] int fd() const { return socket_.get(); }
    // What to wait for before writing again; poll(2).
    [[nodiscard]] short events() const;

    // Sends what goes without waiting and takes it off the front.
    Outcome write(std::string& output);
    // Appends what is there, without waiting; never more at once than can be dealt with.
    Outcome read(std::string& input);
    // read() has left something that poll(2) does not know of.
    [[nodiscard]] bool has_more() const;

    [[nodiscard]] Wire wire(std::size_t waiting) const;

    // Says goodbye and waits until the receiver has read all and has gone too, at most so long.
    void close(core::Instant until);

  private:
    Outcome shake_hands(const config::Receiver& receiver, core::Instant until);
    [[nodiscard]] bool expect_host();
    Outcome settle(const config::Receiver& receiver);
    Outcome after(int result);

    struct FreeTls {
        void operator()(SSL* tls) const { ::SSL_free(tls); }
    };
    platform::UniqueFd socket_;
    TlsContext context_;
    std::unique_ptr<SSL, FreeTls> tls_;
    std::string host_;
    bool wants_write_ = false;
};

}  // namespace vaktpost::link
