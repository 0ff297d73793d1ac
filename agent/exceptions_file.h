// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/core/usb_exception.h"
#include "platform/base/workers.h"

namespace vaktpost {

// A line for each: "ID EPOCH SEQ VENDOR PRODUCT SERIAL-TAG DESCRIPTORS PORT REASON FROM UNTIL
// WARNED", "-" for what is empty, times in ms since 1970.
std::string exceptions_text(const core::UsbExceptions& exceptions, std::uint64_t epoch);

// Lines that make no sense are left out: the device then stays blocked, and can be allowed again.
// Of another epoch of the log than `epoch`, the record that granted it cannot be referred to.
core::UsbExceptions parse_exceptions(std::string_view text, std::uint64_t epoch);

// What operators allowed, on disk, so that it outlives the agent and the boot. Written by a worker:
// a disk that hangs delays nobody.
class ExceptionsFile {
  public:
    ExceptionsFile(platform::Workers& workers, std::string path)
        : workers_(workers), path_(std::move(path)) {}

    [[nodiscard]] core::UsbExceptions read(std::uint64_t epoch);

    // Writes where something has changed.
    void keep(const core::UsbExceptions& exceptions, std::uint64_t epoch);

  private:
    platform::Workers& workers_;
    std::string path_;
    core::UsbExceptions kept_;
};

}  // namespace vaktpost
