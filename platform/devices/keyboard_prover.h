// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <map>
#include <memory>

#include "agent/ports/event_sink.h"
#include "agent/ports/keyboard_prover.h"

namespace vaktpost::platform {

// A run of vaktpost-prove-keyboard for each device asked about: the agent itself reads no key. The
// child gets the code on standard input, says when it has the keyboard for itself, and how it went
// by its exit status; it ends by itself in time. Needs SIGCHLD at its default. Loop thread only.
class KeyboardProver final : public ports::KeyboardProver {
  public:
    KeyboardProver(boost::asio::io_context& io, ports::EventSink sink,
                   std::filesystem::path program);
    ~KeyboardProver() override;

    void prove(const core::ProveKeyboard& request) override;
    void end(const core::DeviceId& device) override;

  private:
    struct Run;
    void start(const core::ProveKeyboard& request);
    void ready(const std::shared_ptr<Run>& run);
    void ended(const std::shared_ptr<Run>& run);

    boost::asio::io_context& io_;
    ports::EventSink sink_;
    std::filesystem::path program_;
    std::map<core::DeviceId, std::shared_ptr<Run>> runs_;
};

}  // namespace vaktpost::platform
