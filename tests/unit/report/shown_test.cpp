// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/report/shown.h"

#include <catch2/catch.hpp>

using vaktpost::report::shown;
using vaktpost::report::unescaped;

TEST_CASE("text without anything special is shown as it is") {
    CHECK(shown("Kirurgisk sengepost, 3. etg. åæø €") == "Kirurgisk sengepost, 3. etg. åæø €");
    CHECK(shown("").empty());
}

TEST_CASE("markup is no markup any more") {
    CHECK(shown("<b a=\"x\" b='y'>&amp;") == "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
}

TEST_CASE("what is invisible or moves other text is shown by its number, and a backslash as two") {
    CHECK(shown("a\u202e"
                "b") == "a\\u202Eb");
    CHECK(shown(std::string_view("\0\n\t\x1b\x7f", 5)) == "\\u0000\\u000A\\u0009\\u001B\\u007F");
    CHECK(shown("\u200b\u2066\ufeff\u00ad") == "\\u200B\\u2066\\uFEFF\\u00AD");
    CHECK(shown("Z\u0300\u0489") == "Z\\u0300\\u0489");
    CHECK(shown("\U000e0041") == "\\u{E0041}");
    CHECK(shown("\\u202E") == "\\\\u202E");
}

TEST_CASE("bytes that are no character are shown as U+FFFD") {
    CHECK(shown("a\xff"
                "b") ==
          "a\ufffd"
          "b");
    CHECK(shown("\xc3") == "\ufffd");
    CHECK(shown("\xe2\x82") == "\ufffd\ufffd");
    CHECK(shown("\xc0\xaf") == "\ufffd\ufffd");
    CHECK(shown("\xe0\x80\xbc") == "\ufffd\ufffd\ufffd");
}

TEST_CASE("a long text is cut between characters") {
    CHECK(shown("åååå", 3) == "ååå…");
    CHECK(shown("ååå", 3) == "ååå");
}

TEST_CASE("the escapes of a JSON string are undone, and what is none stays as it is") {
    CHECK(unescaped(R"(a\"\u00e5\\)") == "a\"å\\");
    CHECK(unescaped("a\"b") == "a\"b");
}

TEST_CASE("a time is shown to the second") {
    const auto time = *vaktpost::events::from_rfc3339("2026-03-01T08:15:30.250Z");
    CHECK(vaktpost::report::shown_time(time) ==
          "<time datetime=\"2026-03-01T08:15:30.250Z\">2026-03-01 08:15:30</time>");
}
