// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/evdev_activity.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
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
// What udev takes to give a new device its seat, on a busy machine.
constexpr core::Duration seat_interval = 1s;
constexpr int most_seat_waits = 10;

const core::SeatName default_seat{"seat0"};

bool is_event_node(const std::string& node) {
    return node.starts_with("/dev/input/event");
}

bool is_denied(const core::Error& error) {
    return error.code == EACCES || error.code == EPERM;
}

bool is_read(const InputDevice& input) {
    return static_cast<bool>(input.deliberate);
}

}  // namespace

EvdevActivity::EvdevActivity(boost::asio::io_context& io, ports::EventSink sink, InputSystem system)
    : io_(io),
      sink_(std::move(sink)),
      system_(std::move(system)),
      retry_(io),
      throttle_(io),
      seat_wait_(io),
      grabs_(io, system_.held_by_another, [this] { report_state(); }) {}

EvdevActivity::~EvdevActivity() {
    stop_polling();
}

// --- which devices there are

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
    denied_.clear();
    for (const auto& node : nodes)
        if (!devices_.contains(node)) take_up(node);
    report_means();
    report_state();
}

void EvdevActivity::input_changed(std::string_view action, const std::string& node) {
    if (!is_event_node(node) || (action != "add" && action != "remove")) return;
    // A node that is added while we know it had left unseen.
    if (const auto known = devices_.find(node); known != devices_.end()) close(known);
    denied_.erase(node);
    if (action == "add") {
        if (!denied_.empty()) return rescan();  // every node may be open to us by now
        take_up(node);
    }
    report_means();
    report_state();
}

void EvdevActivity::take_up(const std::string& node) {
    auto opened = system_.open(node);
    if (!opened) {
        const int code = opened.error().code;
        if (code == ENOENT || code == ENODEV) return;  // left again already
        warn("input device not counted: " + printable(opened.error().text()));
        if (is_denied(opened.error())) denied_.insert(node);
        return;
    }
    const auto device = devices_.try_emplace(node).first;
    device->second.input = std::move(*opened);
    apply_rules(device);
    if (is_read(device->second.input) && !(device->second.seat = system_.seat(node))) {
        seat_waits_ = 0;
        wait_for_seats();
    }
}

void EvdevActivity::close(Devices::iterator device) {
    device->second.poll.stop();
    grabs_.keyboard_left(device->first);
    devices_.erase(device);
}

// --- which of them count

// A device that does not count is not read, but known: a later policy may count it.
void EvdevActivity::apply_rules(Devices::iterator entry) {
    auto& [node, device] = *entry;
    if (!counts_as_activity(rules_, device.input)) {
        device.poll.stop();
        device.input.deliberate.reset();
        device.input.movement.reset();
        grabs_.keyboard_left(node);
        return;
    }
    if (!is_read(device.input)) return;
    if (device.input.letters) grabs_.keyboard_came(node, now());
    if (watching_) poll(device);
}

void EvdevActivity::configure(const InputRules& rules) {
    if (rules.virtual_devices == rules_.virtual_devices &&
        rules.scanner_counts == rules_.scanner_counts && rules.scanners == rules_.scanners)
        return;
    rules_ = rules;
    std::vector<std::string> anew;
    for (auto device = devices_.begin(); device != devices_.end();) {
        const auto current = device++;
        const auto& input = current->second.input;
        if (counts_as_activity(rules_, input) == is_read(input)) continue;
        if (is_read(input)) {
            apply_rules(current);
        } else {
            anew.push_back(current->first);
            close(current);
        }
    }
    for (const auto& node : anew) take_up(node);
    if (!available_) return;  // not started
    report_means();
    report_state();
}

// --- what a seat can be unlocked with

void EvdevActivity::report_means() {
    std::map<core::SeatName, UnlockMeans> means;
    for (const auto& [seat, told] : reported_means_) means[seat] = {};
    // What we may not look at may be a keyboard.
    means[default_seat].keyboard = !denied_.empty();
    for (auto& [node, device] : devices_) {
        auto& seat = means[seat_of(node, device)];
        const auto here = unlock_means(rules_, device.input);
        seat.keyboard = seat.keyboard || here.keyboard;
        seat.touch = seat.touch || here.touch;
        seat.built_in = seat.built_in || (here.keyboard && device.used && !device.input.on_usb);
    }
    for (const auto& [seat, now] : means) {
        const auto [told, first] = reported_means_.try_emplace(seat);
        if (!first && told->second == now) continue;
        told->second = now;
        sink_(core::InputChanged{seat, now.keyboard, now.touch, now.built_in});
    }
}

void EvdevActivity::report_state() {
    const bool any_read = std::ranges::any_of(
        devices_, [](const auto& entry) { return is_read(entry.second.input); });
    const bool denied = !any_read && !denied_.empty();
    // A remapper's own keyboard, where it counts, tells what is typed on the one it holds.
    const bool blinded = !rules_.virtual_devices && grabs_.any();
    if (denied && !std::exchange(retrying_, true))
        retry_.expires_at(now() + retry_interval, [this] {
            retrying_ = false;
            rescan();
        });
    const bool available = !denied && !blinded;
    if (std::exchange(available_, available) == available) return;
    if (!available)
        return sink_(core::SourceLost{core::Source::activity,
                                      denied ? "no permission to read any input device"
                                             : "another program holds a keyboard for itself"});
    info("input devices that count as activity: " +
         std::to_string(std::ranges::count_if(
             devices_, [](const auto& entry) { return is_read(entry.second.input); })));
    sink_(core::SourceBack{core::Source::activity, {}});
}

// --- seats

// The kernel announces a device before udev has given it a seat: until then it is taken for one of
// the seat that nearly every machine has alone.
const core::SeatName& EvdevActivity::seat_of(const std::string& node, Device& device) {
    if (!device.seat) device.seat = system_.seat(node);
    return device.seat ? *device.seat : default_seat;
}

void EvdevActivity::wait_for_seats() {
    seat_wait_.expires_at(now() + seat_interval, [this] { resolve_seats(); });
}

void EvdevActivity::resolve_seats() {
    report_means();
    const bool any_unknown = std::ranges::any_of(devices_, [](const auto& entry) {
        return is_read(entry.second.input) && !entry.second.seat;
    });
    if (any_unknown && ++seat_waits_ < most_seat_waits) wait_for_seats();
}

// --- activity

void EvdevActivity::drain() {
    read_all();
    if (!rules_.virtual_devices) grabs_.look(now());
}

void EvdevActivity::read_all() {
    std::map<core::SeatName, Times> newest;
    bool any_news = false;
    for (auto device = devices_.begin(); device != devices_.end();) {
        const auto current = device++;
        if (!is_read(current->second.input)) continue;
        auto& seat = newest[seat_of(current->first, current->second)];
        const bool was_used = current->second.used;
        const bool there = read(current->first, current->second, seat);
        any_news = any_news || !there || current->second.used != was_used;
        if (!there) close(current);
    }
    for (const auto& [seat, at] : newest) report(seat, at);
    if (any_news) report_means();
    if (available_) report_state();
}

// False: the device has left.
bool EvdevActivity::read(const std::string& node, Device& device, Times& newest) {
    using core::ActivityKind;
    const auto& input = device.input;
    bool gone = false;
    const auto take = [&](const UniqueFd& fd, ActivityKind lost) {
        if (!fd) return;
        const auto read = read_newest(fd.get(), input.kind, lost, buffer_);
        if (read.deliberate) newest.deliberate = std::max(newest.deliberate, *read.deliberate);
        device.used = device.used || read.deliberate.has_value();
        if (read.movement) newest.movement = std::max(newest.movement, *read.movement);
        if (read.deliberate || read.movement) grabs_.heard(node, now());
        gone = gone || read.gone;
    };
    take(input.deliberate, ActivityKind::deliberate);
    take(input.movement, ActivityKind::movement);
    return !gone;
}

void EvdevActivity::report(const core::SeatName& seat, const Times& newest) {
    auto& told = reported_[seat];
    const bool deliberate = newest.deliberate > told.deliberate;
    const bool movement =
        newest.movement > std::max({told.movement, told.deliberate, newest.deliberate});
    told.deliberate = std::max(told.deliberate, newest.deliberate);
    told.movement = std::max(told.movement, newest.movement);
    if (deliberate)
        sink_(core::ActivitySeen{seat, newest.deliberate, core::ActivityKind::deliberate});
    if (movement) sink_(core::ActivitySeen{seat, newest.movement, core::ActivityKind::movement});
}

void EvdevActivity::watch(bool on) {
    if (std::exchange(watching_, on) == on) return;
    throttle_.cancel();
    stop_polling();
    if (!on) return;
    drain();
    if (watching_) poll_all();  // unless what was drained ended the watch
}

void EvdevActivity::poll(Device& device) {
    device.poll.start(io_, device.input, [this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) on_readable();
    });
}

void EvdevActivity::poll_all() {
    for (auto& [node, device] : devices_) poll(device);
}

void EvdevActivity::stop_polling() {
    for (auto& [node, device] : devices_) device.poll.stop();
}

void EvdevActivity::on_readable() {
    stop_polling();
    if (!watching_) return;
    throttle_.expires_at(now() + report_interval, [this] { poll_all(); });
    read_all();
}

}  // namespace vaktpost::platform
