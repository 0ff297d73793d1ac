// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/runtime.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <deque>
#include <utility>

#include "agent/boot.h"
#include "agent/control/server.h"
#include "agent/control/status.h"
#include "agent/echoing_log.h"
#include "agent/events/log_writer.h"
#include "agent/exceptions_file.h"
#include "agent/known_inputs_file.h"
#include "agent/legacy.h"
#include "agent/media/media_register.h"
#include "agent/performer.h"
#include "agent/policy_in_force.h"
#include "platform/activity/evdev_activity.h"
#include "platform/base/clock.h"
#include "platform/base/journal.h"
#include "platform/base/wall_clock.h"
#include "platform/devices/device_sources.h"
#include "platform/devices/host_disks.h"
#include "platform/mounts/mount_guard.h"
#include "platform/mounts/mount_watch.h"
#include "platform/network/network_source.h"
#include "platform/service/agent_life.h"
#include "platform/service/link_starter.h"
#include "platform/service/resident_memory.h"
#include "platform/service/service_manager.h"
#include "platform/sessions/locker_witness.h"
#include "platform/sessions/logind_source.h"
#include "smartcard/pcsc_source.h"

namespace vaktpost {
namespace {

constexpr auto state_folder = "/var/lib/vaktpost";
constexpr auto last_good_policy = "/var/lib/vaktpost/policy.last-good.toml";
constexpr auto tag_key = "/var/lib/vaktpost/tag.key";
constexpr auto control_socket = "/run/vaktpost/control.sock";
constexpr auto exceptions = "/var/lib/vaktpost/exceptions";
constexpr auto known_inputs = "/var/lib/vaktpost/known-inputs";
constexpr auto media_register = "/var/lib/vaktpost/media.db";
constexpr auto reviewers_group = "vaktpost-review";
constexpr auto operators_group = "vaktpost-operator";
constexpr auto link_user = "vaktpost-link";
constexpr std::chrono::seconds last_flush{5};

config::Settings settings_or_defaults(const std::string& file) {
    auto settings = config::load_settings(file);
    if (settings) return std::move(*settings);
    platform::warn(settings.error().text() + "; this machine's settings are ignored");
    return {};
}

platform::MediaGate::Deadline examine_deadline(const config::Settings& settings) {
    platform::MediaGate::Deadline deadline;
    deadline.child = std::chrono::duration_cast<std::chrono::seconds>(settings.examine.deadline);
    return deadline;
}

}  // namespace

struct Runtime::Parts {
    explicit Parts(const Options& options);

    void start();
    void stop();
    void handle(core::Event event);
    void settle();
    void reload_policy();
    void follow_policy();
    void look_after_itself();
    void start_log();
    void start_control();
    [[nodiscard]] events::Origin origin() const;
    [[nodiscard]] events::LogRoom log_room() const;
    [[nodiscard]] bool has_centre() const { return !settings.centre.receivers.empty(); }
    [[nodiscard]] control::CentreStatus centre_status();
    void ship();
    control::Hooks hooks();
    void recall();
    void reconcile();
    void tell_time();
    void locker_claimed(const core::SessionId& session, uid_t uid, pid_t process);
    smartcard::CardIdentity card_identity();
    void wait_for_signals();
    void show_health();
    [[nodiscard]] ports::EventSink sink() {
        return [this](core::Event event) { handle(std::move(event)); };
    }

    boost::asio::io_context io{1};
    boost::asio::signal_set signals{io, SIGTERM, SIGINT, SIGHUP};
    config::Settings settings;
    std::string refused_policy;  // why the policy found at start was not taken
    PolicyInForce policy;
    core::State state;
    std::deque<core::Event> waiting;  // events that came while one was being decided
    bool deciding = false;
    bool busy_since = true;  // something was decided since memory was last given back

    platform::Pseudonym pseudonym{tag_key};
    platform::Workers workers{io};
    platform::ServiceManager service{io};
    Legacy legacy;
    ExceptionsFile exceptions_file{workers, exceptions};
    KnownInputsFile known_inputs_file{workers, known_inputs};
    platform::WallClock wall_clock{io, [this] { tell_time(); }};
    events::LogWriter log;
    platform::LinkStarter link{workers};
    control::LinkReport link_report;
    EchoingLog echo;
    DeadlineQueue deadlines;
    smartcard::PcscSource cards;
    platform::EvdevActivity activity;
    platform::DeviceSources devices;
    media::MediaRegister known_media;
    platform::HostDisks disks;
    platform::MountGuard guard;
    platform::MountWatch mounts;
    platform::NetworkSource network;
    platform::LogindSource sessions;
    platform::LockerWitness lockers;
    control::Server control;
    Performer performer;
    core::Health shown_health = core::Health::starting;
};

Runtime::Parts::Parts(const Options& options)
    : settings(settings_or_defaults(options.settings_file)),
      policy({}, last_good_policy, settings, options.observe),
      log(io, state_folder, {}, sink()),
      echo(log, options.foreground),
      deadlines(io, [this](const core::DeadlineId& id) { handle(core::DeadlineReached{id}); }),
      cards(io, sink(), card_identity()),
      activity(io, sink()),
      devices(io, sink(), workers, pseudonym, {}, examine_deadline(settings)),
      known_media(sink(), workers, media_register),
      disks(io, sink(), workers),
      guard(io, sink()),
      mounts(io, sink(), workers),
      network(io, sink(), workers),
      sessions(io, sink()),
      lockers(io, sink()),
      control(io, control_socket,
              {control::local_group(reviewers_group), control::local_group(operators_group),
               control::local_user(link_user)},
              hooks()),
      performer{sessions,
                control,
                activity,
                devices.usb_gate(),
                devices.keyboard_prover(),
                devices.media_gate(),
                known_media,
                mounts,
                control,
                echo,
                deadlines,
                [this] { reconcile(); },
                [this] { tell_time(); }} {}

// --- the main path: an event comes, core decides, the ports perform

void Runtime::Parts::handle(core::Event event) {
    // An idle deadline asks what the input devices have queued: that is how core learns of activity
    // at all.
    if (const auto* due = std::get_if<core::DeadlineReached>(&event))
        if (due->id.kind == core::DeadlineKind::idle ||
            due->id.kind == core::DeadlineKind::idle_lock)
            activity.drain();
    // And a USB device's arrival, whether somebody types on a keyboard that is not on USB.
    if (std::holds_alternative<core::UsbDeviceArrived>(event)) activity.drain();
    if (const auto* closed = std::get_if<core::SessionClosed>(&event)) lockers.closed(closed->id);
    waiting.push_back(std::move(event));
    if (!deciding) settle();
}

void Runtime::Parts::settle() {
    deciding = true;
    while (!waiting.empty()) {
        const auto event = std::move(waiting.front());
        waiting.pop_front();
        performer.perform(core::decide(state, policy.policy(), event, platform::now()));
    }
    deciding = false;
    busy_since = true;
    legacy.keep(state, policy.policy());
    exceptions_file.keep(state.exceptions, log.epoch());
    // The first list is whole only when all that is present has been seen.
    if (!state.learning_inputs) known_inputs_file.keep(state.known_inputs);
    show_health();
}

void Runtime::Parts::show_health() {
    const auto health = core::health_of(state);
    if (health == shown_health) return;
    shown_health = health;
    platform::ServiceManager::status(std::string(core::to_string(health)));
    platform::give_back_memory();  // of the start, or of whatever brought the change about
}

// --- start and stop

void Runtime::Parts::start() {
    policy.load_first(refused_policy);
    recall();
    start_log();
    wait_for_signals();
    follow_policy();
    if (!refused_policy.empty()) handle(core::PolicyRejected{refused_policy});
    start_control();
    devices.on_input([this](const std::string& action,
                            const std::string& node) { activity.input_changed(action, node); },
                     [this] { activity.rescan(); });
    activity.start();
    devices.on_admission(
        [this](const core::MediumId& medium, std::optional<core::Admission> admission) {
            guard.admitted(medium, admission);
        });
    devices.identify_media(pseudonym, settings.media.trusted_keys);
    guard.check();
    devices.start();
    disks.start();
    mounts.start();
    network.start();
    sessions.start();
    cards.start();
    service.ready([this] { look_after_itself(); });
}

// With each watchdog sign, so that it costs no wakeup of its own.
void Runtime::Parts::look_after_itself() {
    cards.check();
    guard.check();
    ship();
    if (std::exchange(busy_since, false)) platform::give_back_memory();
}

// What the run before knew, before anything else is decided.
void Runtime::Parts::recall() {
    state.host = settings.host.empty() ? host_name() : settings.host;
    for (auto& remembered : legacy.read()) handle(core::SessionRemembered{std::move(remembered)});
}

void Runtime::Parts::start_log() {
    log.set_origin(origin());
    log.set_room(log_room());
    if (has_centre()) log.on_pressing([this] { link.start(); });
    const auto begin = log.start();
    state.next_seq = begin.next_seq;
    // First of all, so that no epoch stands there without it.
    if (!begin.new_epoch_cause.empty())
        handle(events::epoch_begun(begin, log.shipping().acknowledged));
    const auto previous = platform::take_previous_run(platform::now());
    handle(core::AgentStarted{VAKTPOST_VERSION, begin.previous_end, previous.result, previous.away,
                              previous.locked_meanwhile});
    // Before any device is judged: a rule may ask what time it is.
    for (auto& exception : exceptions_file.read(log.epoch()))
        handle(core::ExceptionRemembered{std::move(exception)});
    auto inputs = known_inputs_file.read();
    const bool first = !inputs;
    handle(core::InputsRemembered{std::move(inputs).value_or(core::KnownInputs{}), first});
    tell_time();
}

void Runtime::Parts::start_control() {
    const auto started = control.start();
    if (!started) platform::warn("nobody can ask the agent: " + started.error().text());
}

void Runtime::Parts::wait_for_signals() {
    signals.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) return;
        if (signal != SIGHUP) return stop();
        reload_policy();
        wait_for_signals();
    });
}

void Runtime::Parts::stop() {
    platform::ServiceManager::stopping();
    handle(core::AgentStopping{"signal"});
    cards.stop();
    if (!log.flush(last_flush)) platform::warn("the last records could not be stored");
    if (!known_media.finish(last_flush)) platform::warn("not all media could be remembered");
    io.stop();
}

// --- policy

void Runtime::Parts::reload_policy() {
    platform::ServiceManager::reloading();
    const auto loaded = policy.reload();
    if (loaded)
        follow_policy();
    else
        handle(core::PolicyRejected{loaded.error().text()});
    platform::ServiceManager::reloaded();
}

void Runtime::Parts::follow_policy() {
    policy.make_tags(pseudonym);
    log.set_origin(origin());
    log.set_room(log_room());
    const auto& loaded = policy.loaded();
    activity.configure(policy.policy().input);
    handle(core::PolicyApplied{policy.policy().version, loaded.sha256, std::string(loaded.source)});
}

events::Origin Runtime::Parts::origin() const {
    return {state.host,
            settings.labels,
            boot_id(),
            policy.policy().version,
            policy.loaded().sha256,
            policy.policy().log.routine == core::RoutineRule::counts};
}

events::LogRoom Runtime::Parts::log_room() const {
    const auto& rules = policy.policy().log;
    return {rules.size_mib << 20, rules.retention, rules.routine_retention, has_centre()};
}

// --- the centre

// What presses is sent at once; the rest with the watchdog's sign, so that it costs no wakeup.
void Runtime::Parts::ship() {
    if (has_centre() && log.shipping().waiting > 0) link.start();
}

control::CentreStatus Runtime::Parts::centre_status() {
    const auto shipping = log.shipping();
    return {has_centre(),        shipping.acknowledged.epoch, shipping.acknowledged.seq,
            shipping.waiting,    link_report.state,           link_report.cause,
            link_report.receiver};
}

// --- what the control socket asks

control::Hooks Runtime::Parts::hooks() {
    control::Hooks hooks;
    hooks.status = [this](bool full) {
        return control::status_text({state, policy.policy(), policy.loaded().sha256, log.epoch(),
                                     platform::now(), centre_status()},
                                    full);
    };
    hooks.view = [this] { return control::View{state, policy.policy()}; };
    hooks.lockers = [this] {
        return control::Lockers{settings.locker.wayland, settings.locker.x11};
    };
    hooks.events = sink();
    hooks.locker_claimed = [this](const core::SessionId& session, uid_t uid, pid_t process) {
        locker_claimed(session, uid, process);
    };
    hooks.locker_unlocked = [this](const core::SessionId& session) { lockers.unlocked(session); };
    hooks.acknowledged = [this](const control::Acknowledgement& place) {
        log.acknowledge({place.epoch, place.seq});
    };
    hooks.link_reported = [this](const control::LinkReport& report) { link_report = report; };
    return hooks;
}

void Runtime::Parts::locker_claimed(const core::SessionId& session, uid_t uid, pid_t process) {
    const auto seen = lockers.claimed(session, uid, process);
    if (seen) return;
    platform::warn("a locker that is not to be seen: " + platform::printable(seen.error().text()));
    handle(core::LockerFailed{session, "unseen"});
}

// --- sources

smartcard::CardIdentity Runtime::Parts::card_identity() {
    return {[this](const core::ReaderName& reader, std::string_view atr) {
                return policy.policy().role_of(reader, atr) == core::CardRole::presence;
            },
            [this](std::string_view identity) { return pseudonym.tag("card", identity); }};
}

void Runtime::Parts::tell_time() {
    const auto wall = platform::wall_now();
    handle(core::TimeTold{wall.utc, wall.offset});
}

void Runtime::Parts::reconcile() {
    cards.rescan();
    devices.rescan();  // and through it the input devices
    network.rescan();
    sessions.reconcile();
}

Runtime::Runtime(const Options& options) : parts_(std::make_unique<Parts>(options)) {}
Runtime::~Runtime() = default;

void Runtime::run() {
    parts_->start();
    parts_->io.run();
}

}  // namespace vaktpost
