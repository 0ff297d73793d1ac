// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/pcsc_source.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>
#include <variant>
#include <vector>

#include "smartcard/call_watch.h"
#include "smartcard/card_connection.h"
#include "smartcard/card_readings.h"
#include "smartcard/pcsc_context.h"
#include "smartcard/reader_session.h"
#include "smartcard/reader_tracker.h"
#include "smartcard/service_watch.h"
#include "smartcard/thread.h"

namespace vaktpost::smartcard {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_delay{100};
constexpr milliseconds longest_delay{60'000};
constexpr milliseconds fruitless_pause{1'000};
constexpr milliseconds stop_patience{2'000};
constexpr milliseconds interrupt_interval{20};
constexpr int most_interrupts = 250;
// Another program may have a new card for itself while it logs somebody in.
constexpr milliseconds busy_card_pause{500};
constexpr int most_card_attempts = 20;

core::SourceLost lost(const core::Error& why) {
    return {core::Source::card, why.text()};
}

}  // namespace

// What the source, its thread and posted handlers share; it outlives a thread that hangs.
struct PcscSource::Shared : std::enable_shared_from_this<Shared> {
    Shared(boost::asio::io_context& io, ports::EventSink& to, CardIdentity who)
        : sink(&to), identity(std::move(who)), loop(&io) {}

    // --- the loop's thread
    enum class State { starting, ready, lost };

    void prepare();
    void run_thread();
    void deliver(const core::Event& event);
    void follow_card(const core::Event& event);
    void deliver_identity(const CardReadings::Answer& answer);

    ports::EventSink* sink;  // null after stop()
    CardIdentity identity;
    State state = State::starting;
    std::map<core::ReaderName, Insertion> inserted;  // the cards that are in
    Insertion last_insertion = 0;

    // --- the source's thread
    void run();
    core::Error follow();
    void post(std::vector<core::Event> events);
    void post(std::vector<CardReadings::Answer> answers);

    ReaderTracker tracker;
    bool was_back = false;  // the last connection brought a complete picture

    // --- any thread
    void look_anew();
    void keep_interrupting();
    std::optional<std::string> identity_in(const core::ReaderName& reader) const;

    std::shared_ptr<CardReadings> readings;
    std::atomic<bool> look{false};          // the source's thread is to look at all readers at once
    std::atomic<bool> interrupting{false};  // a thread sees to it
    CallWatch calls;
    PcscContext context{calls};
    ServiceWatch service{ServiceWatch::pcscd_socket()};
    std::atomic<bool> stopping{false};
    std::atomic<bool> given_up{false};  // the loop reported a call as hanging: connect anew

    std::mutex mutex;  // of what follows
    std::condition_variable ended;
    boost::asio::io_context* loop;  // null after stop()
    bool running = false;
};

void PcscSource::Shared::run_thread() {
    {
        const std::lock_guard lock{mutex};
        running = true;
    }
    const auto started = start_thread("vp-card", [self = shared_from_this()] {
        self->run();
        const std::lock_guard lock{self->mutex};
        self->running = false;
        self->ended.notify_all();
    });
    if (started) return;
    const std::lock_guard lock{mutex};
    running = false;
    boost::asio::post(*loop, [self = shared_from_this(), event = lost(started.error())] {
        self->deliver(event);
    });
}

void PcscSource::Shared::deliver(const core::Event& event) {
    if (std::holds_alternative<core::SourceLost>(event)) {
        if (state == State::lost) return;
        state = State::lost;
    }
    if (std::holds_alternative<core::SourceBack>(event)) state = State::ready;
    if (sink == nullptr) return;
    follow_card(event);
    (*sink)(event);
}

void PcscSource::Shared::follow_card(const core::Event& event) {
    if (const auto* card = std::get_if<core::CardInserted>(&event)) {
        inserted[card->reader] = ++last_insertion;
        if (identity.wanted && identity.wanted(card->reader, card->atr))
            readings->begin(card->reader, last_insertion);
    } else if (const auto* removed = std::get_if<core::CardRemoved>(&event)) {
        inserted.erase(removed->reader);
    } else if (const auto* lost_presence = std::get_if<core::PresenceLost>(&event)) {
        inserted.erase(lost_presence->reader);
    }
}

// Apart from the constructor, which cannot share the object yet.
void PcscSource::Shared::prepare() {
    readings = std::make_shared<CardReadings>(
        [weak = weak_from_this()](const core::ReaderName& reader) {
            const auto self = weak.lock();
            return self ? self->identity_in(reader) : std::nullopt;
        },
        [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->look_anew();
        });
}

void PcscSource::Shared::deliver_identity(const CardReadings::Answer& answer) {
    const auto card = inserted.find(answer.reader);
    if (sink == nullptr || card == inserted.end() || card->second != answer.insertion) return;
    (*sink)(core::CardIdentified{answer.reader, identity.tag(answer.identity)});
}

void PcscSource::Shared::run() {
    milliseconds delay = first_delay;
    bool told = false;  // each attempt that fails would wake the loop
    while (!stopping) {
        service.arm();
        was_back = false;
        const auto connected = context.establish();
        const core::Error why = connected ? follow() : connected.error();
        context.release();
        tracker.source_lost();
        given_up = false;
        if (stopping) return;
        if (was_back || !std::exchange(told, true)) post({lost(why)});
        if (was_back) delay = first_delay;
        delay = service.wait(delay) ? first_delay : std::min(delay * 2, longest_delay);
    }
}

// Reports what happens to the readers until the connection ends; returns why.
core::Error PcscSource::Shared::follow() {
    ReaderSession session{context, tracker};
    std::vector<CardReadings::Answer> answers;
    for (;;) {
        if (look.exchange(false)) {
            session.look();
            std::ranges::move(readings->take(), std::back_inserter(answers));
        }
        auto events = session.step();
        if (!events) return events.error();
        was_back = session.back();
        // Also of a call that was given up: the tracker will not tell it again.
        post(std::move(*events));
        // Only now is it known that the card they came from had not been swapped meanwhile.
        if (session.fresh()) post(std::exchange(answers, {}));
        if (stopping) return {0, "watch card readers", "stopped"};
        if (given_up.exchange(false)) return {0, "watch card readers", "pcscd did not answer"};
        if (session.fruitless()) service.pause(fruitless_pause);
    }
}

void PcscSource::Shared::post(std::vector<core::Event> events) {
    if (events.empty()) return;
    const std::lock_guard lock{mutex};
    if (loop == nullptr) return;
    boost::asio::post(*loop, [self = shared_from_this(), events = std::move(events)] {
        for (const auto& event : events) self->deliver(event);
    });
}

void PcscSource::Shared::post(std::vector<CardReadings::Answer> answers) {
    if (answers.empty()) return;
    const std::lock_guard lock{mutex};
    if (loop == nullptr) return;
    boost::asio::post(*loop, [self = shared_from_this(), answers = std::move(answers)] {
        for (const auto& answer : answers) self->deliver_identity(answer);
    });
}

void PcscSource::Shared::look_anew() {
    look = true;
    if (interrupting.exchange(true)) return;
    // An interrupt blocks when pcscd hangs, hence a thread.
    const auto started =
        start_thread("vp-card-look", [self = shared_from_this()] { self->keep_interrupting(); });
    if (!started) interrupting = false;  // then the next wait that ends is followed by the look
}

// An interrupt is lost while the source's thread is not yet blocked, hence many.
void PcscSource::Shared::keep_interrupting() {
    for (int i = 0; i < most_interrupts; ++i) {
        if (!look || stopping) {
            interrupting = false;
            if (!look || stopping || interrupting.exchange(true)) return;
        }
        context.interrupt();
        service.pause(interrupt_interval);
    }
    interrupting = false;
}

// Blocks: on the readings' threads only.
std::optional<std::string> PcscSource::Shared::identity_in(const core::ReaderName& reader) const {
    for (int attempt = 0; attempt < most_card_attempts && !stopping; ++attempt) {
        CardConnection card;
        const auto opened = card.open(reader);
        if (opened) return read_piv_identity(card);
        if (opened.error().code != EAGAIN) return std::nullopt;
        service.pause(busy_card_pause);
    }
    return std::nullopt;
}

PcscSource::PcscSource(boost::asio::io_context& loop, ports::EventSink sink, CardIdentity identity)
    : sink_(std::move(sink)), shared_(std::make_shared<Shared>(loop, sink_, std::move(identity))) {
    shared_->prepare();
}

void PcscSource::start() {
    shared_->run_thread();
}

void PcscSource::rescan() {
    shared_->look_anew();
}

void PcscSource::stop() {
    if (shared_->stopping.exchange(true)) return;
    shared_->sink = nullptr;
    shared_->service.stop();
    std::unique_lock lock{shared_->mutex};
    shared_->loop = nullptr;
    if (!shared_->running) return;
    // An interrupt is lost while the thread is not yet blocked, hence many; and it blocks when
    // pcscd hangs, hence a thread.
    (void)start_thread("vp-card-stop", [shared = shared_] {
        std::unique_lock waiting{shared->mutex};
        while (shared->running) {
            waiting.unlock();
            shared->context.interrupt();
            waiting.lock();
            shared->ended.wait_for(waiting, interrupt_interval, [&] { return !shared->running; });
        }
    });
    shared_->ended.wait_for(lock, stop_patience, [this] { return !shared_->running; });
}

void PcscSource::check() {
    bool running = false;
    {
        const std::lock_guard lock{shared_->mutex};
        running = shared_->running;
    }
    if (!running) {
        if (!shared_->stopping) shared_->run_thread();
        return;
    }
    if (!shared_->calls.overdue()) {
        nudged_ = false;
        return;
    }
    if (!std::exchange(nudged_, true)) {
        // A wall clock set back makes libpcsclite wait too long; an interrupt ends that. It blocks
        // when pcscd hangs, hence a thread.
        (void)start_thread("vp-card-nudge", [shared = shared_] { shared->context.interrupt(); });
        return;
    }
    if (shared_->state == Shared::State::ready) shared_->given_up = true;
    shared_->deliver(core::SourceLost{core::Source::card, "pcscd does not answer"});
}

}  // namespace vaktpost::smartcard
