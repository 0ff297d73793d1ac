// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/known_input.h"
#include "platform/base/workers.h"

namespace vaktpost {

// A line for each: "PORT DESCRIPTORS other|keyboard|withheld FIRST LAST", days since 1970.
std::string known_inputs_text(const core::KnownInputs& inputs);

// Lines that make no sense, say something twice or are too many are left out: such a device is a
// new one.
core::KnownInputs parse_known_inputs(std::string_view text);

// Which keyboards and other HID devices this machine knows, on disk. Written by a worker: a disk
// that hangs delays nobody.
class KnownInputsFile {
  public:
    KnownInputsFile(platform::Workers& workers, std::string path)
        : workers_(workers), path_(std::move(path)) {}

    // None: no run before has kept any. A file that cannot be read is one with nothing in it, since
    // whatever is plugged in now is not to become known by that.
    [[nodiscard]] std::optional<core::KnownInputs> read();

    // Writes where something has changed, and once for a machine that knows nothing; nothing before
    // read().
    void keep(const core::KnownInputs& inputs);

  private:
    platform::Workers& workers_;
    std::string path_;
    bool read_ = false;
    std::optional<core::KnownInputs> kept_;
};

}  // namespace vaktpost
