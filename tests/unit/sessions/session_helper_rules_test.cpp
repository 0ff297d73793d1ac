// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <cstdlib>
#include <initializer_list>
#include <string>

#include "agent/core/actions.h"
#include "platform/session_helper/language.h"
#include "platform/session_helper/locker_process.h"
#include "platform/session_helper/notice_words.h"
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

TEST_CASE("every notice has words, or ends the place of one that has") {
    for (const auto word : core::Words<core::Notice>::table) {
        INFO(word);
        CHECK((notice_words(word) != nullptr) != (place_ended(word) != places));
    }
    CHECK(notice_words("") == nullptr);
    CHECK(notice_words("of_tomorrow") == nullptr);
    CHECK(place_ended("of_tomorrow") == places);
}

TEST_CASE("what is over ends what began") {
    for (const std::string word : {"idle_warning", "presence_warning", "hold"}) {
        INFO(word);
        REQUIRE(notice_words(word) != nullptr);
        CHECK(place_ended(word + "_over") == static_cast<unsigned>(notice_words(word)->place));
    }
}

namespace {

std::string languages(std::initializer_list<const char*> environment) {
    LocaleVariables variables;
    for (const char* variable : environment) variables.take(variable);
    return languages_of(variables).c_str();
}

}  // namespace

TEST_CASE("a desktop in Norwegian gets its own catalogue, and bokmål for what that one lacks") {
    CHECK(languages({"LANG=nb_NO.UTF-8"}) == "nb");
    CHECK(languages({"LANG=no_NO.ISO8859-1"}) == "nb");
    CHECK(languages({"LANG=nn_NO"}) == "nn:nb");
    CHECK(languages({"LANG=nn"}) == "nn:nb");
    CHECK(languages({"LANG=se_NO.UTF-8@x"}) == "se:nb");
    CHECK(languages({"LANG=de_DE.UTF-8"}) == "de");
}

TEST_CASE("English, and no language at all, need no catalogue") {
    for (const char* locale : {"LANG=C", "LANG=C.UTF-8", "LANG=POSIX", "LANG=", "LANG=en_US.UTF-8"})
        CHECK(languages({locale}).empty());
    CHECK(languages({}).empty());
    CHECK(languages({"LANG=C", "LANGUAGE=nb"}).empty());
}

TEST_CASE("LC_ALL, LC_MESSAGES and LANG decide in this order, and LANGUAGE before them") {
    CHECK(languages({"LANG=en_GB.UTF-8", "LC_MESSAGES=nn_NO.UTF-8"}) == "nn:nb");
    CHECK(languages({"LANG=nb_NO.UTF-8", "LC_MESSAGES=nb_NO.UTF-8", "LC_ALL=C"}).empty());
    CHECK(languages({"LANG=nb_NO.UTF-8", "LANGUAGE=se:nn_NO:de"}) == "se:nn:nb:de");
    CHECK(languages({"LANG=nb_NO.UTF-8", "LANGUAGE=nn:en:de"}) == "nn:nb");
    CHECK(languages({"LANG=nb_NO.UTF-8", "LANGUAGE=::"}) == "nb");
}

TEST_CASE("variables that are too long or no variables at all are no language") {
    CHECK(languages({"LANG", "", "=", "XLANG=nb_NO"}).empty());
    CHECK(languages({("LANG=nb_" + std::string(200, 'N')).c_str()}).empty());
}

TEST_CASE("a program is installed if it would be started") {
    setenv("PATH", "/nowhere:/usr/bin:/bin", 1);
    CHECK(is_installed("sh"));
    CHECK(is_installed("/bin/sh"));
    CHECK_FALSE(is_installed("/bin"));
    CHECK_FALSE(is_installed("/etc/passwd"));
    CHECK_FALSE(is_installed("vaktpost-no-such-program"));
    CHECK_FALSE(is_installed(""));
    CHECK_FALSE(is_installed(std::string(600, 'x').c_str()));
}

}  // namespace vaktpost::test
