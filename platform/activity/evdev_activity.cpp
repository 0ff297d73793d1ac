// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/evdev_activity.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>
#include <utility>

#include "platform/activity/event_reader.h"
#include "platform/base/clock.h"
#include "platform/base/journal.h"

namespace vaktpost::platform {

namespace {

using namespace std::chrono_literals;

constexpr core::Duration report_interval = 200ms;
// A permission does not come back by itself: somebody has to repair the machine.
constexpr core::Duration retry_interval = 60s;

bool is_event_node(const std::string& node) {
    return node.starts_with("/dev/input/event");
}

}  // namespace

EvdevActivity::EvdevActivity(boost::asio::io_context& io, ports::EventSink sink, InputSystem system)
    : io_(io), sink_(std::move(sink)), system_(std::move(system)), retry_(io), throttle_(io) {}

EvdevActivity::~EvdevActivity() {
    stop_polling();
}

void EvdevActivity::start() {
    rescan();
}

void EvdevActivity::rescan() {
    const auto nodes = system_.list();
    const std::set<std::string> present(nodes.begin(), nodes.end());
    for (auto device = devices_.begin(); device != devices_.end();) {
        const auto current = device++;
        if (!present.contains(current->first)) close(current);
    }
    bool any_denied = false;
    for (const auto& node : nodes)
        if (!devices_.contains(node) && open(node) == Opening::denied) any_denied = true;
    report_state(any_denied);
}

void EvdevActivity::input_changed(std::string_view action, const std::string& node) {
    if (!is_event_node(node) || (action != "add" && action != "remove")) return;
    // A node that is added while we know it had left unseen.
    if (const auto known = devices_.find(node); known != devices_.end()) close(known);
    if (action == "remove") return;
    if (available_ == false) return rescan();  // every node may be open to us by now
    report_state(open(node) == Opening::denied);
}

EvdevActivity::Opening EvdevActivity::open(const std::string& node) {
    auto opened = system_.open(node);
    if (!opened) {
        const int code = opened.error().code;
        if (code == ENOENT || code == ENODEV) return Opening::failed;  // left again already
        warn("input device not counted: " + printable(opened.error().text()));
        return code == EACCES || code == EPERM ? Opening::denied : Opening::failed;
    }
    if (!*opened) return Opening::not_counted;
    auto& device = devices_[node];
    device.fd = std::move(*opened);
    if (watching_) poll(device);
    return Opening::counted;
}

void EvdevActivity::close(std::map<std::string, Device>::iterator device) {
    stop_polling(device->second);
    devices_.erase(device);
}

void EvdevActivity::report_state(bool any_denied) {
    const bool available = !devices_.empty() || !any_denied;
    if (!available) retry_.expires_at(now() + retry_interval, [this] { rescan(); });
    if (std::exchange(available_, available) == available) return;
    if (!available)
        return sink_(
            core::SourceLost{core::Source::activity, "no permission to read any input device"});
    info("input devices that count as activity: " + std::to_string(devices_.size()));
    sink_(core::SourceBack{core::Source::activity, {}});
}

const core::SeatName& EvdevActivity::seat_of(const std::string& node, Device& device) {
    static const core::SeatName default_seat{"seat0"};
    // The kernel announces a device before udev has given it a seat, so this is asked when it is
    // first needed.
    if (!device.seat) device.seat = system_.seat(node);
    return device.seat ? *device.seat : default_seat;
}

void EvdevActivity::drain() {
    std::map<core::SeatName, core::Instant> newest;
    for (auto device = devices_.begin(); device != devices_.end();) {
        const auto current = device++;
        const auto read = read_newest(current->second.fd.get(), buffer_);
        if (read.at) {
            auto& at = newest[seat_of(current->first, current->second)];
            at = std::max(at, *read.at);
        }
        if (read.gone) close(current);
    }
    for (const auto& [seat, at] : newest) {
        auto& reported = reported_[seat];
        if (at <= reported) continue;
        reported = at;
        sink_(core::ActivitySeen{seat, at});
    }
}

void EvdevActivity::watch(bool on) {
    if (std::exchange(watching_, on) == on) return;
    throttle_.cancel();
    stop_polling();
    if (!on) return;
    drain();
    if (!watching_) return;  // what was drained ended the watch
    for (auto& [node, device] : devices_) poll(device);
}

// Asio keeps a descriptor in its epoll set as long as it holds it, waited for or not: it must hold
// none that is not polled, or each event would wake the loop.
void EvdevActivity::poll(Device& device) {
    if (device.wait) return;
    device.wait.emplace(io_);
    boost::system::error_code failed;
    device.wait->assign(device.fd.get(), failed);
    if (failed) return device.wait.reset();  // then it is read when core next drains
    device.wait->async_wait(
        boost::asio::posix::stream_descriptor::wait_read,
        [this, alive = std::weak_ptr(alive_)](const boost::system::error_code& cancelled) {
            if (!cancelled && !alive.expired()) on_readable();
        });
}

void EvdevActivity::stop_polling() {
    for (auto& [node, device] : devices_) stop_polling(device);
}

void EvdevActivity::stop_polling(Device& device) {
    if (device.wait && device.wait->is_open()) device.wait->release();
    device.wait.reset();
}

void EvdevActivity::on_readable() {
    stop_polling();
    if (!watching_) return;
    throttle_.expires_at(now() + report_interval, [this] {
        for (auto& [node, device] : devices_) poll(device);
    });
    drain();
}

}  // namespace vaktpost::platform
