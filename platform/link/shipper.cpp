// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/shipper.h"

#include <poll.h>

#include <algorithm>

#include "platform/base/clock.h"
#include "platform/link/jitter.h"
#include "platform/link/tcp.h"
#include "platform/link/tls_stream.h"

namespace vaktpost::link {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration first_pause = 1s;
constexpr core::Duration longest_pause = 5min;

}  // namespace

Shipper::Shipper(Centre centre, Limits limits, Spool& spool, AgentReports& reports,
                 events::CommitWatch& commits)
    : centre_(std::move(centre)),
      limits_(limits),
      spool_(spool),
      reports_(reports),
      commits_(commits),
      backoff_(first_pause, longest_pause) {}

void Shipper::run() {
    core::Instant busy = platform::now();
    while (!done_) {
        const core::Instant now = platform::now();
        if (spool_.next() != nullptr) {
            busy = now;
            send_or_wait();
        } else if (now < busy + limits_.linger) {
            wait_for_records(busy + limits_.linger);
        } else {
            done_ = true;
        }
    }
    reports_.flush_all();
}

void Shipper::send_or_wait() {
    if (platform::now() < not_before_)
        wait_for_records(not_before_);
    else
        try_receiver();
}

void Shipper::wait_for_records(core::Instant until) {
    if (const auto due = reports_.due()) until = std::min(until, *due);
    wait_for(commits_.fd(), POLLIN, until);
    if (commits_.take_notices()) spool_.look_again();
    reports_.flush();
}

void Shipper::try_receiver() {
    const config::Receiver& receiver = centre_.receivers[current_];
    progress_ = false;
    const auto trouble = deliver(receiver);
    spool_.rewind();
    if (!trouble) {
        done_ = true;
        return;
    }
    reports_.troubled(receiver, *trouble);
    if (progress_) {
        // It was well a moment ago, or an earlier one is well again.
        backoff_.reset();
        current_ = 0;
        pause();
    } else if (++current_ == centre_.receivers.size()) {
        current_ = 0;
        pause();
    }
}

Outcome Shipper::deliver(const config::Receiver& receiver) {
    reports_.connecting(receiver);
    reports_.flush();
    TlsStream stream;
    if (auto trouble = stream.open(centre_.files, centre_.proxy, receiver)) return trouble;
    Delivery delivery(receiver, stream, spool_, reports_, commits_, limits_);
    auto trouble = delivery.run();
    progress_ = delivery.made_progress();
    return trouble;
}

void Shipper::pause() {
    not_before_ = platform::now() + jittered(backoff_.next());
}

}  // namespace vaktpost::link
