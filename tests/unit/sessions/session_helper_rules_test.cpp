// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "agent/core/actions.h"
#include "platform/session_helper/notices.h"
#include "platform/session_helper/restart_limit.h"

namespace vaktpost::test {

using namespace session_helper;

TEST_CASE(
    "a locker that dies is started again at once, twenty times a minute, then once a second, for "
    "ever") {
    RestartLimit limit;
    for (int i = 0; i < 20; ++i) CHECK(limit.after_death(1000) == 0);
    for (int i = 0; i < 100; ++i) CHECK(limit.after_death(2000) == 1000);
    CHECK(limit.after_death(61'000) == 0);
}

TEST_CASE("a locker that does not start is tried ever more seldom, but at least twice a minute") {
    RestartLimit limit;
    CHECK(limit.after_failed_start() == 500);
    CHECK(limit.after_failed_start() == 1000);
    for (int i = 0; i < 100; ++i) CHECK(limit.after_failed_start() <= 30'000);
    CHECK(limit.after_failed_start() == 30'000);
    limit.started();
    CHECK(limit.after_failed_start() == 500);
}

TEST_CASE("every notice has words in both languages, except the one that takes a notice away") {
    for (const auto word : core::Words<core::Notice>::table) {
        INFO(word);
        const auto* norwegian = notice_words(word, "nb_NO.UTF-8");
        const auto* english = notice_words(word, "en_GB.UTF-8");
        const bool takes_away = word == core::to_string(core::Notice::idle_warning_over);
        REQUIRE((norwegian != nullptr) != takes_away);
        REQUIRE((english != nullptr) != takes_away);
        CHECK((takes_away || norwegian->summary != english->summary));
    }
    CHECK(notice_words("", "nb") == nullptr);
    CHECK(notice_words("of_tomorrow", "nb") == nullptr);
}

TEST_CASE("Norwegian of any kind gets Norwegian, every other language English") {
    const auto* norwegian = notice_words("device_blocked", "nb");
    for (const char* locale : {"nb_NO.UTF-8", "nn_NO", "no", "no.ISO8859-1", "nb@x"})
        CHECK(notice_words("device_blocked", locale) == norwegian);
    for (const char* locale : {"", "C", "C.UTF-8", "en_US.UTF-8", "nbx", "not", "se_NO.UTF-8"})
        CHECK(notice_words("device_blocked", locale) != norwegian);
}

}  // namespace vaktpost::test
