// SPDX-License-Identifier: GPL-3.0-or-later
// A loop to run and a sink that writes each event down as one line.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "agent/ports/event_sink.h"
#include "platform/base/clock.h"
#include "platform/base/workers.h"

namespace vaktpost::test {

class Recorder {
  public:
    boost::asio::io_context io;
    std::vector<core::Event> events;

    ports::EventSink sink() {
        return [this](core::Event event) { events.push_back(std::move(event)); };
    }

    // Runs the loop until the condition holds; false when it does not within ten seconds.
    bool run_until(const std::function<bool()>& condition) {
        const auto last_moment = platform::now() + std::chrono::seconds(10);
        while (!condition() && platform::now() < last_moment)
            io.run_one_for(std::chrono::milliseconds(10));
        return condition();
    }
    bool run_until_events(std::size_t count) {
        return run_until([&] { return events.size() >= count; });
    }
    // Everything that is under way on these workers' queue has been done and reported, also what
    // followed from it.
    void settle(platform::Workers& workers, const std::string& key) {
        for (int round = 0; round < 3; ++round) {
            bool reached = false;
            workers.run(
                key, [] {}, [&] { reached = true; });
            run_until([&] { return reached; });
        }
    }

    template <class T>
    const T& event(std::size_t index) const {
        return std::get<T>(events.at(index));
    }

    template <class T>
    std::vector<T> all() const {
        std::vector<T> found;
        for (const auto& event : events)
            if (const auto* match = std::get_if<T>(&event)) found.push_back(*match);
        return found;
    }

  private:
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io.get_executor()};
};

}  // namespace vaktpost::test
