// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "agent/options.h"

namespace vaktpost {

// The composition root: the one place that names every adapter. Sources put events in, decide()
// says what follows, and the ports perform it, all on one loop and one thread.
class Runtime {
  public:
    // Throws where the agent cannot run at all: no loop, no timer. A missing reader, bus, policy or
    // database is no such case.
    explicit Runtime(const Options& options);
    ~Runtime();

    // Returns after an orderly stop (SIGTERM, SIGINT).
    void run();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace vaktpost
