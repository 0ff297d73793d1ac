// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/syslog_message.h"

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

namespace vaktpost::link {
namespace {

namespace json = boost::json;

constexpr std::string_view nothing = "-";  // RFC 5424's NILVALUE
constexpr int facility = 10;               // security and authorization
constexpr std::size_t longest_time = 32;
constexpr std::size_t longest_host = 255;
constexpr std::size_t longest_id = 32;

int severity_of(std::string_view word) {
    if (word == "urgent") return 1;   // alert
    if (word == "warning") return 4;  // warning
    if (word == "notice") return 5;   // notice
    return 6;                         // informational
}

// RFC 5424's PRINTUSASCII: a blank or a line break would end the field.
bool fits(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

class Header {
  public:
    explicit Header(std::string_view record) {
        boost::system::error_code error;
        record_ = json::parse(json::string_view(record.data(), record.size()), error, &memory_);
    }

    [[nodiscard]] std::string text() const {
        return "<" + std::to_string(facility * 8 + severity_of(value("severity"))) + ">1 " +
               field("time", longest_time) + " " + field("host", longest_host) + " vaktpost - " +
               field("type", longest_id) + " - ";
    }

  private:
    [[nodiscard]] std::string_view value(std::string_view key) const {
        if (!record_.is_object()) return {};
        const json::value* found = record_.get_object().if_contains({key.data(), key.size()});
        if (found == nullptr || !found->is_string()) return {};
        return {found->get_string().data(), found->get_string().size()};
    }

    [[nodiscard]] std::string field(std::string_view key, std::size_t most) const {
        const std::string_view text = value(key);
        return std::string(fits(text, most) ? text : nothing);
    }

    json::monotonic_resource memory_;
    json::value record_;  // after memory_: ended before it
};

}  // namespace

std::string syslog_message(std::string_view record) {
    return Header(record).text().append(record);
}

}  // namespace vaktpost::link
