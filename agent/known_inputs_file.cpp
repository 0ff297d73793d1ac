// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/known_inputs_file.h"

#include <algorithm>
#include <cerrno>

#include "agent/line_words.h"
#include "platform/base/journal.h"
#include "platform/base/small_file.h"

namespace vaktpost {
namespace {

constexpr std::size_t longest = 256U << 10U;
constexpr std::size_t words_of_a_line = 5;
constexpr std::size_t longest_port = 64;
constexpr std::size_t digits_of_a_hash = 64;
constexpr std::int64_t last_day = 3'000'000;

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= longest_port &&
           text.find_first_not_of("0123456789.-") == std::string_view::npos;
}

bool is_hash(std::string_view text) {
    return text.size() == digits_of_a_hash &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_day(std::int64_t day) {
    return day >= 0 && day <= last_day;
}

std::optional<core::KnownInput> read_line(std::string_view line) {
    const auto words = words_in(line);
    if (words.size() != words_of_a_line || !is_port(words[0]) || !is_hash(words[1]))
        return std::nullopt;
    const auto kind = core::from_string<core::InputKind>(words[2]);
    if (!kind) return std::nullopt;
    core::KnownInput input{{std::string(words[0])}, std::string(words[1]), *kind};
    if (!read_number(words[3], input.first) || !read_number(words[4], input.last) ||
        !is_day(input.first) || !is_day(input.last))
        return std::nullopt;
    return input;
}

bool contains(const core::KnownInputs& inputs, const core::KnownInput& input) {
    return std::any_of(inputs.begin(), inputs.end(), [&](const core::KnownInput& each) {
        return each.port == input.port && each.descriptors == input.descriptors &&
               each.kind == input.kind;
    });
}

}  // namespace

std::string known_inputs_text(const core::KnownInputs& inputs) {
    std::string text;
    for (const auto& each : inputs)
        text += each.port.value + " " + each.descriptors + " " +
                std::string(core::to_string(each.kind)) + " " + std::to_string(each.first) + " " +
                std::to_string(each.last) + "\n";
    return text;
}

core::KnownInputs parse_known_inputs(std::string_view text) {
    core::KnownInputs inputs;
    while (!text.empty() && inputs.size() < core::most_known_inputs) {
        auto input = read_line(take_line(text));
        if (input && !contains(inputs, *input)) inputs.push_back(std::move(*input));
    }
    return inputs;
}

std::optional<core::KnownInputs> KnownInputsFile::read() {
    read_ = true;
    const auto text = platform::read_small(path_, longest);
    if (text) {
        kept_ = parse_known_inputs(*text);
    } else if (text.error().code != ENOENT) {
        platform::warn(text.error().text() + "; every keyboard is a new one");
        kept_.emplace();
    }
    return kept_;
}

void KnownInputsFile::keep(const core::KnownInputs& inputs) {
    if (!read_ || kept_ == inputs) return;
    kept_ = inputs;
    workers_.run("known-inputs", [path = path_, text = known_inputs_text(inputs)] {
        const auto written = platform::replace_file(path, text, 0600);
        if (!written)
            platform::warn(written.error().text() +
                           "; keyboards that are new now will be new after a restart of the agent");
    });
}

}  // namespace vaktpost
