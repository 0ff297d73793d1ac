// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/exceptions_file.h"

#include <optional>

#include "agent/line_words.h"
#include "platform/base/journal.h"
#include "platform/base/small_file.h"

namespace vaktpost {
namespace {

constexpr std::size_t longest = 1U << 20U;
constexpr std::size_t words_of_a_line = 12;

std::string word_of(const std::string& text) {
    return text.empty() ? "-" : text;
}

std::string text_of(std::string_view word) {
    return word == "-" ? std::string() : std::string(word);
}

std::optional<core::UsbException> read_line(std::string_view line, std::uint64_t epoch) {
    const auto words = words_in(line);
    if (words.size() != words_of_a_line || words[0] == "-") return std::nullopt;
    core::UsbException exception;
    std::uint64_t of_epoch = 0;
    std::int64_t from = 0;
    std::int64_t until = 0;
    int warned = 0;
    if (!read_number(words[1], of_epoch) || !read_number(words[2], exception.granted) ||
        !read_number(words[3], exception.vendor) || !read_number(words[4], exception.product) ||
        !read_number(words[9], from) || !read_number(words[10], until) ||
        !read_number(words[11], warned))
        return std::nullopt;
    exception.id = {std::string(words[0])};
    exception.serial_tag = {text_of(words[5])};
    exception.descriptors = text_of(words[6]);
    exception.port = {text_of(words[7])};
    exception.reason = text_of(words[8]);
    exception.from = core::WallTime(from);
    exception.until = core::WallTime(until);
    exception.warned = warned != 0;
    if (of_epoch != epoch) exception.granted = 0;
    return exception;
}

}  // namespace

std::string exceptions_text(const core::UsbExceptions& exceptions, std::uint64_t epoch) {
    std::string text;
    for (const auto& each : exceptions)
        text += each.id.value + " " + std::to_string(epoch) + " " + std::to_string(each.granted) +
                " " + std::to_string(each.vendor) + " " + std::to_string(each.product) + " " +
                word_of(each.serial_tag.value) + " " + word_of(each.descriptors) + " " +
                word_of(each.port.value) + " " + word_of(each.reason) + " " +
                std::to_string(each.from.count()) + " " + std::to_string(each.until.count()) +
                (each.warned ? " 1\n" : " 0\n");
    return text;
}

core::UsbExceptions parse_exceptions(std::string_view text, std::uint64_t epoch) {
    core::UsbExceptions exceptions;
    while (!text.empty())
        if (auto exception = read_line(take_line(text), epoch))
            exceptions.push_back(std::move(*exception));
    return exceptions;
}

core::UsbExceptions ExceptionsFile::read(std::uint64_t epoch) {
    const auto text = platform::read_small(path_, longest);
    if (text) kept_ = parse_exceptions(*text, epoch);
    return kept_;
}

void ExceptionsFile::keep(const core::UsbExceptions& exceptions, std::uint64_t epoch) {
    if (exceptions == kept_) return;
    kept_ = exceptions;
    workers_.run("exceptions", [path = path_, text = exceptions_text(exceptions, epoch)] {
        const auto written = platform::replace_file(path, text, 0600);
        if (!written)
            platform::warn(written.error().text() +
                           "; what was allowed for a while is lost when the agent is restarted");
    });
}

}  // namespace vaktpost
