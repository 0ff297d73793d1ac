// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the lines of a source: no crash, a verdict that ends, and no range complete in which
// a number has no line.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/verify/copy_text.h"
#include "agent/verify/verify.h"

using namespace vaktpost::verify;

namespace {

template <class Take>
void each_line(std::string_view text, Take take) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        take(text.substr(0, end));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

// Of a few hundred bytes of text no more numbers can be complete.
std::uint64_t complete_numbers(const HostVerdict& verdict) {
    std::uint64_t count = 0;
    for (const Range& range : verdict.complete) {
        if (range.first == 0 || range.last < range.first) std::abort();
        count += range.last - range.first + 1;
    }
    return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Collector collector;
    Source centre;
    centre.name = "centre";
    centre.ordered = (data[0] & 1) != 0;
    Source workstation;
    workstation.name = "workstation";
    workstation.place = Place::workstation;
    std::string room;
    std::uint64_t row = 0;
    each_line(text.substr(1), [&](std::string_view line) {
        if ((data[0] & 2) != 0) collector.row(workstation, {1, ++row}, line);
        if ((data[0] & 4) == 0) collector.line(centre, without_copy_escapes(line, room));
    });
    std::vector<HostVerdict> hosts;
    for (auto& [host, ledger] : collector.ledgers()) {
        hosts.push_back(examine(std::move(ledger), collector.places()));
        if (complete_numbers(hosts.back()) > size) std::abort();
    }
    mark_silent(hosts, 4'000'000'000'000);
    return 0;
}
