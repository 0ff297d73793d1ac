// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/list_reader.h"

#include "config/hex.h"

namespace vaktpost::config {
namespace {

constexpr std::size_t most_words = 16;
constexpr std::size_t longest_word = 32;
constexpr std::string_view word_characters = "abcdefghijklmnopqrstuvwxyz0123456789_";

constexpr std::size_t most_usb_ids = 64;

constexpr std::size_t most_patterns = 32;
constexpr std::size_t longest_pattern = 48;
constexpr std::string_view pattern_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/*";

constexpr std::size_t most_names = 4096;
constexpr std::size_t longest_name = 64;
constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

std::optional<std::string> parse_name(const std::string& text) {
    const bool good = !text.empty() && text.size() <= longest_name &&
                      text.find_first_not_of(name_characters) == std::string::npos;
    return good ? std::optional(text) : std::nullopt;
}

std::optional<std::string> parse_word(const std::string& text) {
    const bool good = !text.empty() && text.size() <= longest_word &&
                      text.find_first_not_of(word_characters) == std::string::npos;
    return good ? std::optional(text) : std::nullopt;
}

std::optional<std::string> parse_pattern(const std::string& text) {
    const bool good = !text.empty() && text.size() <= longest_pattern &&
                      text.find_first_not_of(pattern_characters) == std::string::npos;
    return good ? std::optional(text) : std::nullopt;
}

std::optional<core::UsbId> parse_usb_id(const std::string& text) {
    const std::string_view whole(text);
    const std::size_t colon = whole.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto vendor = parse_hex<std::uint16_t>(whole.substr(0, colon));
    const auto product = parse_hex<std::uint16_t>(whole.substr(colon + 1));
    if (!vendor || !product) return std::nullopt;
    return core::UsbId{*vendor, *product};
}

}  // namespace

ListForm choices_form(std::span<const std::string_view> words) {
    const std::string item = choices(words);
    return {"a list of " + item + ", each at most once", item, words.size()};
}

ListForm words_form() {
    const std::string item = "1 to " + std::to_string(longest_word) + " of a-z, 0-9 and \"_\"";
    return {"a list of at most " + std::to_string(most_words) + " texts, each " + item, item,
            most_words};
}

ListForm usb_ids_form() {
    const std::string item = "\"vvvv:pppp\", vendor and product, each four hex digits";
    return {"a list of at most " + std::to_string(most_usb_ids) + " texts " + item, item,
            most_usb_ids};
}

ListForm interface_patterns_form() {
    const std::string item =
        "1 to " + std::to_string(longest_pattern) + " of letters, digits and \"-_.:/*\"";
    return {"a list of at most " + std::to_string(most_patterns) + " texts, each " + item, item,
            most_patterns};
}

ListForm names_form() {
    const std::string item =
        "1 to " + std::to_string(longest_name) + " of letters, digits and \"._-\"";
    return {"a list of at most " + std::to_string(most_names) + " texts, each " + item, item,
            most_names};
}

void read_words(TableReader& in, std::string_view key, std::vector<std::string>& target) {
    read_list(in, key, words_form(), target, parse_word);
}

void read_interface_patterns(TableReader& in, std::string_view key,
                             std::vector<std::string>& target) {
    read_list(in, key, interface_patterns_form(), target, parse_pattern);
}

void read_names(TableReader& in, std::string_view key, std::vector<std::string>& target) {
    read_list(in, key, names_form(), target, parse_name);
}

void read_usb_ids(TableReader& in, std::string_view key, std::vector<core::UsbId>& target) {
    read_list(in, key, usb_ids_form(), target, parse_usb_id);
}

}  // namespace vaktpost::config
