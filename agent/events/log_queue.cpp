// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/log_queue.h"

#include <algorithm>
#include <utility>

namespace vaktpost::events {
namespace {

bool is_grouped(const Queued& item) {
    return core::spec_of(item.record.type).urgency == core::Urgency::grouped;
}

// 1 or 0.
std::size_t grouped_count(const Queued& item) {
    return static_cast<std::size_t>(is_grouped(item));
}

std::size_t size_of(bool) {
    return 0;
}
std::size_t size_of(std::int64_t) {
    return 0;
}
std::size_t size_of(const std::string& text) {
    return text.capacity();
}
std::size_t size_of(const std::vector<std::string>& list) {
    std::size_t size = list.capacity() * sizeof(std::string);
    for (const std::string& word : list) size += word.capacity();
    return size;
}
std::size_t size_of(const std::vector<core::MediumPart>& parts) {
    std::size_t size = parts.capacity() * sizeof(core::MediumPart);
    for (const core::MediumPart& part : parts)
        size += part.type.capacity() + part.evidence.capacity();
    return size;
}

// Bytes of memory, near enough.
std::size_t size_of(const Queued& item) {
    std::size_t size = sizeof(Queued) + item.record.data.capacity() * sizeof(core::Field);
    for (const core::Field& field : item.record.data)
        size += std::visit([](const auto& value) { return size_of(value); }, field.value);
    return size;
}

}  // namespace

void LogQueue::push(Queued item) {
    bytes_ += size_of(item);
    grouped_ += grouped_count(item);
    items_.push_back(std::move(item));
    shrink();
}

std::vector<Queued> LogQueue::take(std::size_t most) {
    std::vector<Queued> taken;
    while (!items_.empty() && taken.size() < most) {
        bytes_ -= size_of(items_.front());
        grouped_ -= grouped_count(items_.front());
        taken.push_back(std::move(items_.front()));
        items_.pop_front();
    }
    return taken;
}

void LogQueue::put_back(std::vector<Queued> items) {
    for (; !items.empty(); items.pop_back()) {
        bytes_ += size_of(items.back());
        grouped_ += grouped_count(items.back());
        items_.push_front(std::move(items.back()));
    }
    shrink();
}

void LogQueue::forget_up_to(core::Seq seq) {
    while (!items_.empty() && items_.front().record.seq <= seq) (void)take(1);
}

void LogQueue::begin_epoch() {
    const core::Seq next = items_.empty() ? 1 : items_.front().record.seq;
    const core::Seq last = std::max(next - 1, gap_ ? gap_->last : 0);
    if (last == 0) return;
    const core::Seq first = next > 1 ? 1 : gap_->first;
    const auto here = std::count_if(items_.begin(), items_.end(), [&](const Queued& item) {
        return item.record.seq >= first && item.record.seq <= last;
    });
    gap_ = core::LogGap{first, last, last - first + 1 - static_cast<std::uint64_t>(here), {}};
}

bool LogQueue::has_urgent() const {
    return items_.size() > grouped_;
}

std::optional<core::LogGap> LogQueue::take_gap() {
    return std::exchange(gap_, std::nullopt);
}

void LogQueue::drop_one() {
    const auto victim =
        grouped_ > 0 ? std::find_if(items_.begin(), items_.end(), is_grouped) : items_.begin();
    const core::Seq seq = victim->record.seq;
    if (!gap_) gap_ = core::LogGap{seq, seq, 0, {}};
    gap_->first = std::min(gap_->first, seq);
    gap_->last = std::max(gap_->last, seq);
    ++gap_->count;
    bytes_ -= size_of(*victim);
    grouped_ -= grouped_count(*victim);
    items_.erase(victim);
}

void LogQueue::shrink() {
    while (!items_.empty() && (items_.size() > most_records_ || bytes_ > most_bytes_)) drop_one();
}

}  // namespace vaktpost::events
