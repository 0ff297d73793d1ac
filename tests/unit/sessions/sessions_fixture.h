// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "platform/sessions/logind_source.h"
#include "tests/fakes/fake_logind.h"
#include "tests/fakes/fake_services.h"
#include "tests/fakes/private_bus.h"

namespace vaktpost::test {

// A source on a private bus with a fake logind, both driven by the test's thread.
struct SessionsFixture {
    fakes::PrivateBus bus;
    fakes::FakeLogind logind{bus.address()};
    fakes::FakeServices services{bus.address()};
    boost::asio::io_context io;
    std::vector<core::Event> events;
    std::vector<std::string> told;  // the same as one line each
    platform::LogindSource source{io, [this](core::Event event) { take(std::move(event)); },
                                  bus.address()};

    void take(core::Event event);
    // Lets everybody work until it holds; false after 10 s.
    bool until(const std::function<bool()>& holds);
    bool until_told(const std::string& line);
    // Until the source has taken in all that logind said before: a marker session is told.
    void settle();
    [[nodiscard]] long count(const std::string& line) const;
};

}  // namespace vaktpost::test
