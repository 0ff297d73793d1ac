// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/grab_watch.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace vaktpost::platform {

GrabWatch::GrabWatch(boost::asio::io_context& io, Ask ask, std::function<void()> changed)
    : ask_(std::move(ask)), changed_(std::move(changed)), workers_(io) {}

void GrabWatch::keyboard_came(const std::string& node, core::Instant now) {
    keyboards_[node] = {.heard = now, .next_question = now};
}

void GrabWatch::keyboard_left(const std::string& node) {
    keyboards_.erase(node);
}

void GrabWatch::heard(const std::string& node, core::Instant now) {
    const auto keyboard = keyboards_.find(node);
    if (keyboard == keyboards_.end()) return;
    keyboard->second.heard = now;
    keyboard->second.held = false;
}

void GrabWatch::look(core::Instant now) {
    for (auto& [node, keyboard] : keyboards_) {
        if (now - keyboard.heard < silence || now < keyboard.next_question) continue;
        keyboard.next_question = now + pause;
        const auto held = std::make_shared<bool>(false);
        workers_.run(
            "grab " + node, [ask = ask_, node = node, held] { *held = ask(node); },
            [this, node = node, held] { answered(node, *held); });
    }
}

void GrabWatch::answered(const std::string& node, bool held) {
    const auto keyboard = keyboards_.find(node);
    if (keyboard == keyboards_.end()) return;
    if (std::exchange(keyboard->second.held, held) != held) changed_();
}

bool GrabWatch::any() const {
    return std::any_of(keyboards_.begin(), keyboards_.end(),
                       [](const auto& entry) { return entry.second.held; });
}

}  // namespace vaktpost::platform
