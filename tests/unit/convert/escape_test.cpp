// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/convert/escape.h"

#include <catch2/catch.hpp>

using namespace vaktpost::convert;

TEST_CASE("a field before CEF's extension escapes backslash and pipe") {
    CHECK(cef_header("a|b\\c=d") == "a\\|b\\\\c=d");
}

TEST_CASE("a value in CEF's extension escapes backslash, equals sign and line ends") {
    CHECK(cef_value("a|b\\c=d\r\n") == "a|b\\\\c\\=d\\r\\n");
}

TEST_CASE("other control characters of a value are replaced") {
    CHECK(cef_value("\x1b[2J\x7f\xc2\x9b") == "\xEF\xBF\xBD[2J\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(cef_value("\xc2\xa0\xe2\x80\xa8\xEF\xBF\xBE") == "\xc2\xa0\xe2\x80\xa8\xEF\xBF\xBE");
}

TEST_CASE("XML's own characters are escaped, and what it cannot hold is replaced") {
    CHECK(xml_text("<a & \"b\">") == "&lt;a &amp; &quot;b&quot;&gt;");
    CHECK(xml_text(std::string_view("\0\n\x1f", 3)) == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(xml_text("\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBC") ==
          "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBC");
}

TEST_CASE("a line of JSON holds no character that a terminal obeys") {
    CHECK(json_line(boost::json::string("\n\x7f\xc2\x9b\xc3\xa6")) ==
          "\"\\n\\u007f\\u009b\xc3\xa6\"");
}

TEST_CASE("control characters are told from others") {
    CHECK(has_control_character("a\tb"));
    CHECK(has_control_character("\x7f"));
    CHECK(has_control_character("\xc2\x80"));
    CHECK(!has_control_character("\xc2\xa0 \xc3\x80 \xe2\x82\x80"));
}

TEST_CASE("a text is cut between characters") {
    CHECK(cut("abc", 3) == "abc");
    CHECK(cut("abcd", 3) == "abc");
    CHECK(cut("\xe2\x82\xac\xe2\x82\xac", 5) == "\xe2\x82\xac");
    CHECK(cut("\xe2\x82\xac", 2).empty());
}

TEST_CASE("base64 is as RFC 4648 has it") {
    CHECK(base64("").empty());
    CHECK(base64("f") == "Zg==");
    CHECK(base64("foobar") == "Zm9vYmFy");
}
