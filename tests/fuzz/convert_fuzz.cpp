// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a line of records: no crash, and what is read comes out as one line of each format
// without a control character, from which the record can be had again.
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>

#include "agent/convert/escape.h"
#include "agent/convert/formats.h"

namespace {

using namespace vaktpost::convert;

boost::json::object parsed(const std::string& line) {
    boost::system::error_code error;
    auto value = boost::json::parse(line, error);
    if (error || !value.is_object()) std::abort();
    return std::move(value.get_object());
}

void check(bool holds) {
    if (!holds) std::abort();
}

void check(const Event& event) {
    const std::string ocsf = ocsf_line(event);
    const std::string ecs = ecs_line(event);
    const std::string cef = cef_line(event);
    const std::string atna = atna_syslog_line(event);
    for (const auto& line : {ocsf, ecs, cef, atna}) check(!has_control_character(line));
    check(text_in(parsed(ocsf), "raw_data") == event.text);
    check(text_in(object_in(parsed(ecs), "event"), "original") == event.text);
    check(cef.ends_with(" VaktpostAgentRecord=" + cef_value(event.text)));
    check(atna.find(" value=\"" + base64(event.text) + "\"/>") != std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto event = read_event(std::string_view(reinterpret_cast<const char*>(data), size));
    if (event) check(*event);
    return 0;
}
