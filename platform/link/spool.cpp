// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/spool.h"

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "platform/base/journal.h"

namespace vaktpost::link {

const Spool::Record* Spool::next() {
    if (ahead_.empty() && !exhausted_) fill();
    return ahead_.empty() ? nullptr : &ahead_.front();
}

void Spool::advance() {
    ahead_.pop_front();
}

void Spool::acknowledge(events::Position position) {
    acknowledged_ = std::max(acknowledged_, position);
}

void Spool::rewind() {
    ahead_.clear();
    read_ = acknowledged_;
    exhausted_ = false;
}

// The database is opened anew: one that was there without its write-ahead log was opened as a copy
// that nobody writes to, and another one may have taken its place.
void Spool::look_again() {
    reader_.reset();
    exhausted_ = false;
}

void Spool::fill() {
    auto done = open();
    if (done) done = read_on();
    exhausted_ = ahead_.empty();
    std::string trouble;
    if (!done && done.error().code != ENOENT) trouble = platform::printable(done.error().text());
    if (!done) reader_.reset();
    if (trouble != trouble_ && !trouble.empty()) platform::warn(trouble);
    trouble_ = std::move(trouble);
}

core::Status Spool::open() {
    if (reader_ && !reader_->replaced()) return core::Done{};
    reader_.reset();
    auto opened = events::EventReader::open(database_);
    if (!opened) return opened.error();
    const auto mark = opened->acknowledged();
    if (!mark) return mark.error();
    reader_ = std::move(*opened);
    acknowledge(*mark);
    read_ = std::max(read_, acknowledged_);
    return core::Done{};
}

core::Status Spool::read_on() {
    std::size_t bytes = 0;
    return reader_->leaving_after(read_, [&](events::Position position, std::string_view text) {
        ahead_.push_back({position, std::string(text)});
        read_ = position;
        bytes += text.size();
        return ahead_.size() < most_records && bytes < most_bytes;
    });
}

}  // namespace vaktpost::link
