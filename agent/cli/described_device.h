// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/usb.h"

namespace vaktpost::cli {

// A device in words: "vendor=0a5f product=00d3 serial=AB12 port=1-2 connect_type=hotplug
// descriptors=… interface=03:01:01 interface=08:06:50,08:06:62". The serial number stands in the
// place of its tag. Nothing where it is not so written.
std::optional<core::UsbDevice> parse_device(std::string_view text);

// A device as the agent tells it (agent/control/README.md); nothing where that is not understood.
std::optional<core::UsbDevice> device_of(const boost::json::object& told);

}  // namespace vaktpost::cli
