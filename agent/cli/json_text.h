// SPDX-License-Identifier: GPL-3.0-or-later
// JSON from the agent, a log or the examiner for people: hostile, so every text goes through
// as_word().
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/types.h"

namespace vaktpost::cli {

// "0bda", "\"two words\"", "[a b]", "{type=vfat verdict=plain}"
std::string value_text(const boost::json::value& value);

// "device=1-2 vendor=0bda"
std::string fields_text(const boost::json::object& object);

// Empty where there is none of that kind.
std::string text_in(const boost::json::object& object, std::string_view key);
const boost::json::object& object_in(const boost::json::object& object, std::string_view key);

// The number of the record that led to this one; nothing where none did.
std::optional<core::Seq> cause_of(const boost::json::object& record);

}  // namespace vaktpost::cli
