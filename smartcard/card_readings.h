// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/types.h"

namespace vaktpost::smartcard {

using Insertion = std::uint64_t;  // counts up: which card in which reader, never used twice

// Asks cards who they are, each reader on a thread of its own ("vp-card-read") that ends with its
// work. A card that never answers keeps its reader's thread, and nothing else waits for it: later
// cards in that reader stay unidentified until it is over. Any thread; outlived by its threads.
class CardReadings : public std::enable_shared_from_this<CardReadings> {
  public:
    // Both run on the readings' threads. `read` blocks and returns nothing for a card without an
    // identity; `answered` is told after each answer that take() would return.
    using Read = std::function<std::optional<std::string>(const core::ReaderName&)>;
    CardReadings(Read read, std::function<void()> answered)
        : read_(std::move(read)), answered_(std::move(answered)) {}

    struct Answer {
        core::ReaderName reader;
        Insertion insertion = 0;
        std::string identity;  // names a person
    };

    // Has the card read that is in now. One that came before and is still waiting to be read is
    // forgotten.
    void begin(const core::ReaderName& reader, Insertion insertion);

    // The answers since the last call. An answer may be of a later card than the insertion it
    // carries: the caller must look whether that one is still in.
    std::vector<Answer> take();

    // Each hanging one costs a thread.
    static constexpr std::size_t thread_limit = 16;

  private:
    void run(const core::ReaderName& reader);
    std::optional<Insertion> next(const core::ReaderName& reader);

    const Read read_;
    const std::function<void()> answered_;
    std::mutex mutex_;                                              // of what follows
    std::map<core::ReaderName, std::optional<Insertion>> waiting_;  // one entry per thread
    std::vector<Answer> answers_;
};

}  // namespace vaktpost::smartcard
