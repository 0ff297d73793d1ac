// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/device_poll.h"

namespace vaktpost::platform {

void DevicePoll::start(boost::asio::io_context& io, const InputDevice& input,
                       const std::function<void()>& readable) {
    const std::array fds{input.deliberate.get(), input.movement.get()};
    for (std::size_t i = 0; i < fds.size(); ++i) {
        auto& wait = waits_[i];
        if (fds[i] < 0 || wait) continue;
        wait.emplace(io);
        boost::system::error_code failed;
        wait->assign(fds[i], failed);
        if (failed) {
            wait.reset();
            continue;
        }
        wait->async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [readable](const boost::system::error_code& cancelled) {
                             if (!cancelled) readable();
                         });
    }
}

void DevicePoll::stop() {
    for (auto& wait : waits_) {
        if (wait && wait->is_open()) wait->release();
        wait.reset();
    }
}

}  // namespace vaktpost::platform
