// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/examiner_report.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>

namespace vaktpost::platform {
namespace {

namespace json = boost::json;

bool is_word(std::string_view text) {
    return text.size() <= report_word_limit &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '+';
           });
}

std::optional<std::string> word_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    const auto* text = value != nullptr ? value->if_string() : nullptr;
    if (text == nullptr || !is_word(*text)) return std::nullopt;
    return std::string(text->begin(), text->end());
}

std::optional<core::Verdict> verdict_of(const json::object& object) {
    const auto word = word_of(object, "verdict");
    return word ? core::from_string<core::Verdict>(*word) : std::nullopt;
}

std::optional<core::Bytes> bytes_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* number = value->if_uint64()) return *number;
    const auto* number = value->if_int64();
    if (number == nullptr || *number < 0) return std::nullopt;
    return static_cast<core::Bytes>(*number);
}

std::optional<core::MediumPart> part_of(const json::value& value) {
    const auto* object = value.if_object();
    if (object == nullptr || object->size() != 5) return std::nullopt;
    const auto offset = bytes_of(*object, "offset");
    const auto size = bytes_of(*object, "size");
    auto type = word_of(*object, "type");
    const auto verdict = verdict_of(*object);
    auto evidence = word_of(*object, "evidence");
    if (!offset || !size || !type || !verdict || !evidence) return std::nullopt;
    return core::MediumPart{*offset, *size, std::move(*type), *verdict, std::move(*evidence)};
}

// "2026-11-25", as the beginning of that day.
std::optional<core::WallTime> day_of(const json::object& object, std::string_view key) {
    const auto text = word_of(object, key);
    if (!text || text->size() != 10) return std::nullopt;
    std::array<int, 3> numbers{};  // year, month, day
    constexpr std::array<std::size_t, 3> begin{0, 5, 8};
    constexpr std::array<std::size_t, 3> end{4, 7, 10};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto [stop, error] =
            std::from_chars(text->data() + begin[i], text->data() + end[i], numbers[i]);
        if (error != std::errc{} || stop != text->data() + end[i] || numbers[i] < 0)
            return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(numbers[0]),
                                           std::chrono::month(static_cast<unsigned>(numbers[1])),
                                           std::chrono::day(static_cast<unsigned>(numbers[2]))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch();
}

// Of a token that is not valid.
std::optional<core::Token> claims_of(const json::object& object, core::TokenState state) {
    core::Token token{state};
    if (object.size() == 1) return token;
    const auto* value = object.if_contains("claimed");
    const auto* list = value != nullptr ? value->if_array() : nullptr;
    if (object.size() != 2 || list == nullptr || list->empty() || list->size() > report_parts_limit)
        return std::nullopt;
    for (const auto& each : *list) {
        const auto* text = each.if_string();
        if (text == nullptr || text->empty() || !is_word(*text)) return std::nullopt;
        token.claimed.emplace_back(text->begin(), text->end());
    }
    return token;
}

std::optional<core::Token> token_of(const json::object& report) {
    const auto* value = report.if_contains("token");
    const auto* object = value != nullptr ? value->if_object() : nullptr;
    if (object == nullptr) return std::nullopt;
    const auto state = word_of(*object, "state");
    const auto known = state ? core::from_string<core::TokenState>(*state) : std::nullopt;
    if (!known) return std::nullopt;
    if (*known != core::TokenState::valid) return claims_of(*object, *known);
    auto organisation = word_of(*object, "organisation");
    auto unit = word_of(*object, "unit");
    auto serial = word_of(*object, "serial");
    const auto issued = day_of(*object, "issued");
    const auto expires = day_of(*object, "expires");
    if (object->size() != 6 || !organisation || !unit || !serial || !issued || !expires ||
        serial->empty())
        return std::nullopt;
    return core::Token{*known,           std::move(*organisation),
                       std::move(*unit), std::move(*serial),
                       *issued,          *expires + std::chrono::days(1)};
}

// What --identify adds; false: not as it must be.
bool identify(const json::object& report, const TagVolume& tag, core::Examination& examination) {
    const auto* value = report.if_contains("volumes");
    const auto* list = value != nullptr ? value->if_array() : nullptr;
    const auto token = token_of(report);
    if (list == nullptr || list->size() > report_volumes_limit || !token) return false;
    std::string all;
    for (const auto& each : *list) {
        const auto* text = each.if_string();
        if (text == nullptr || text->empty() || !is_word(*text)) return false;
        const std::string_view identifier(*text);
        if (tag) examination.volumes.push_back(tag(identifier));
        all += (all.empty() ? "" : " ") + std::string(identifier);
    }
    if (tag && !all.empty()) examination.identity = tag(all);
    // Nobody enrols what is not encrypted.
    if (token->state == core::TokenState::valid && examination.verdict != core::Verdict::encrypted)
        return false;
    examination.token = *token;
    return true;
}

// error beats plain beats unknown beats encrypted
int gravity(core::Verdict verdict) {
    switch (verdict) {
        case core::Verdict::encrypted:
            return 0;
        case core::Verdict::unknown:
            return 1;
        case core::Verdict::plain:
            return 2;
        case core::Verdict::error:
            break;
    }
    return 3;
}

core::Verdict verdict_of(const std::vector<core::MediumPart>& parts) {
    if (parts.empty()) return core::Verdict::unknown;
    return std::max_element(parts.begin(), parts.end(),
                            [](const auto& one, const auto& other) {
                                return gravity(one.verdict) < gravity(other.verdict);
                            })
        ->verdict;
}

int exit_status_of(core::Verdict verdict) {
    switch (verdict) {
        case core::Verdict::encrypted:
            return 0;
        case core::Verdict::plain:
            return 1;
        case core::Verdict::unknown:
            return 2;
        case core::Verdict::error:
            break;
    }
    return 3;
}

std::optional<core::Examination> examination_of(const json::value& report, const TagVolume& tag) {
    const auto* object = report.if_object();
    if (object == nullptr || (object->size() != 3 && object->size() != 5)) return std::nullopt;
    const auto verdict = verdict_of(*object);
    auto reason = word_of(*object, "reason");
    const auto* parts = object->if_contains("parts");
    const auto* list = parts != nullptr ? parts->if_array() : nullptr;
    if (!verdict || !reason || list == nullptr || list->size() > report_parts_limit)
        return std::nullopt;

    core::Examination examination{*verdict, {}, std::move(*reason)};
    for (const auto& value : *list) {
        auto part = part_of(value);
        if (!part) return std::nullopt;
        examination.parts.push_back(std::move(*part));
    }
    // A claim milder than its own parts is no claim; a graver one is taken.
    if (gravity(*verdict) < gravity(verdict_of(examination.parts))) return std::nullopt;
    if (object->size() == 5 && !identify(*object, tag, examination)) return std::nullopt;
    return examination;
}

core::Examination refused() {
    return {core::Verdict::error, {}, "examiner_report"};
}

}  // namespace

core::Examination parse_examiner_report(std::string_view output, int exit_status,
                                        const TagVolume& tag) {
    if (output.size() > report_bytes_limit || output.empty() || output.back() != '\n')
        return refused();
    json::parse_options strict;
    strict.max_depth = 4;  // report, parts, part
    boost::system::error_code error;
    const auto report =
        json::parse(json::string_view(output.data(), output.size()), error, {}, strict);
    if (error) return refused();
    auto examination = examination_of(report, tag);
    if (!examination || exit_status_of(examination->verdict) != exit_status) return refused();
    return std::move(*examination);
}

}  // namespace vaktpost::platform
