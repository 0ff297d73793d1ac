// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <string>

#include "agent/core/time.h"
#include "platform/base/workers.h"

namespace vaktpost::platform {

// Finds keyboards that have gone silent because another program has them for itself. Such programs
// (key remappers) make us see nobody where somebody types. Loop thread only; what blocks runs on a
// worker.
//
// Costs nothing while a keyboard is used, and at most one question per keyboard in ten minutes
// while it is not, asked only when the caller is awake anyway. A question never asked (the keyboard
// is used, or a key is held down) leaves things as they are: false idleness, the safe side.
class GrabWatch {
  public:
    using Ask = std::function<bool(const std::string& node)>;  // blocks; any thread

    // `changed` is called from the loop when an answer has changed any(). What the caller tells is
    // not told back.
    GrabWatch(boost::asio::io_context& io, Ask ask, std::function<void()> changed);

    void keyboard_came(const std::string& node, core::Instant now);
    void keyboard_left(const std::string& node);

    // Somebody typed on it: nobody else has it.
    void heard(const std::string& node, core::Instant now);

    // Asks about each keyboard that has been silent for long.
    void look(core::Instant now);

    // Some keyboard is held by another program.
    [[nodiscard]] bool any() const;

    static constexpr core::Duration silence = std::chrono::minutes(2);
    static constexpr core::Duration pause = std::chrono::minutes(10);  // between two questions

  private:
    struct Keyboard {
        core::Instant heard;
        core::Instant next_question;
        bool held = false;
    };

    void answered(const std::string& node, bool held);

    Ask ask_;
    std::function<void()> changed_;
    std::map<std::string, Keyboard> keyboards_;
    Workers workers_;
};

}  // namespace vaktpost::platform
