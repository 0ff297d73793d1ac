// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/scenario/arguments.h"

#include <algorithm>
#include <array>

namespace vaktpost::scenario {
namespace {

struct Unit {
    std::string_view name;
    core::Duration length;
};
using namespace std::chrono_literals;
constexpr std::array units{Unit{"h", 1h}, Unit{"min", 1min}, Unit{"s", 1s}, Unit{"ms", 1ms}};

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> pieces;
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        if (end > 0) pieces.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return pieces;
}

core::Duration parse_duration(std::string_view text) {
    core::Duration total{};
    const std::string whole(text);
    while (!text.empty()) {
        const auto digits = text.find_first_not_of("0123456789");
        if (digits == 0 || digits == std::string_view::npos) throw BadLine("no duration: " + whole);
        const auto count = std::stoll(std::string(text.substr(0, digits)));
        text.remove_prefix(digits);
        const auto length = std::min(text.find_first_of("0123456789"), text.size());
        const auto name = text.substr(0, length);
        const auto unit = std::find_if(units.begin(), units.end(),
                                       [&](const Unit& known) { return known.name == name; });
        if (unit == units.end()) throw BadLine("no duration: " + whole);
        total += count * unit->length;
        text.remove_prefix(length);
    }
    return total;
}

core::WallTime parse_utc(std::string_view text) {
    if (text.size() != 19) throw BadLine("no time: " + std::string(text));
    const auto number = [&](std::size_t from, std::size_t count) {
        return std::stoi(std::string(text.substr(from, count)));
    };
    const std::chrono::sys_days day = std::chrono::year(number(0, 4)) / number(5, 2) / number(8, 2);
    return day.time_since_epoch() + std::chrono::hours(number(11, 2)) +
           std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
}

std::string print_duration(core::Duration duration) {
    if (duration < core::Duration::zero()) return "-" + print_duration(-duration);
    std::string text;
    for (const auto& unit : units) {
        const auto count = duration / unit.length;
        if (count == 0) continue;
        text += std::to_string(count) + std::string(unit.name);
        duration -= count * unit.length;
    }
    return text.empty() ? "0s" : text;
}

Arguments::Arguments(const std::vector<std::string>& words) {
    for (const auto& word : words) {
        const auto equals = word.find('=');
        const auto key = word.substr(0, equals);
        values_[key] = equals == std::string::npos ? "" : word.substr(equals + 1);
    }
}

Arguments::~Arguments() noexcept(false) {
    if (std::uncaught_exceptions() > exceptions_) return;
    for (const auto& [key, value] : values_)
        if (!used_.contains(key)) throw BadLine("nobody knows '" + key + "' here");
}

std::string Arguments::text(const std::string& key) {
    if (!has(key)) throw BadLine("'" + key + "=' is missing");
    return text_or(key, {});
}

std::string Arguments::text_or(const std::string& key, std::string fallback) {
    used_.insert(key);
    return has(key) ? values_[key] : std::move(fallback);
}

bool Arguments::flag(const std::string& key) {
    used_.insert(key);
    return has(key);
}

std::uint64_t Arguments::number_or(const std::string& key, std::uint64_t fallback, int base) {
    return has(key) ? std::stoull(text(key), nullptr, base) : fallback;
}

}  // namespace vaktpost::scenario
