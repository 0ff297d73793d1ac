// SPDX-License-Identifier: GPL-3.0-or-later
// Keys that hold a list of texts, each of one form. A list that is there takes the place of the
// default as a whole; what is wrong in it has been noted and is left out.
#pragma once

#include <algorithm>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/policy.h"
#include "agent/core/session.h"
#include "agent/core/words.h"
#include "config/quote.h"
#include "config/table_reader.h"

namespace vaktpost::config {

struct ListForm {
    std::string list;  // completes "… must be"
    std::string item;  // completes "an item of … must be"
    std::size_t most = 0;
};

// `parse` makes an item of a text, or nothing where it has another form. An item that stands there
// twice is a problem where items can be compared.
template <class Item, class Parse>
void read_list(TableReader& in, std::string_view key, const ListForm& form,
               std::vector<Item>& target, Parse parse) {
    const auto texts = in.texts(key, form.list);
    const Value* list = in.find(key);
    if (list == nullptr || list->kind != Kind::list) return;
    target.clear();
    for (const Value* text : texts) {
        const std::optional<Item> item = parse(text->text);
        if (!item) {
            in.problem(text->at, "an item of " + in.full_name(key) + " must be " + form.item +
                                     ", not " + quoted(text->text));
            continue;
        }
        if constexpr (std::equality_comparable<Item>)
            if (std::find(target.begin(), target.end(), *item) != target.end()) {
                in.problem(text->at, quoted(text->text) + " stands twice in " + in.full_name(key));
                continue;
            }
        if (target.size() == form.most)
            return in.problem(text->at, "there are more than " + std::to_string(form.most) +
                                            " items in " + in.full_name(key));
        target.push_back(*item);
    }
}

// The words that may stand in a list of choices.
template <core::HasWords Enum>
constexpr std::span<const std::string_view> listed_words() {
    return core::Words<Enum>::table;
}
// Every lock begins with "ask": it is no step of an escalation.
template <>
constexpr std::span<const std::string_view> listed_words<core::LockStep>() {
    return std::span<const std::string_view>(core::Words<core::LockStep>::table).subspan(1);
}

ListForm choices_form(std::span<const std::string_view> words);
ListForm words_form();
ListForm usb_ids_form();
ListForm interface_patterns_form();
ListForm names_form();

template <core::HasWords Enum>
void read_choices(TableReader& in, std::string_view key, std::vector<Enum>& target) {
    const auto words = listed_words<Enum>();
    read_list(in, key, choices_form(words), target,
              [&](const std::string& text) -> std::optional<Enum> {
                  const bool listed = std::find(words.begin(), words.end(), text) != words.end();
                  return listed ? core::from_string<Enum>(text) : std::nullopt;
              });
}
void read_words(TableReader& in, std::string_view key, std::vector<std::string>& target);
void read_interface_patterns(TableReader& in, std::string_view key,
                             std::vector<std::string>& target);
void read_names(TableReader& in, std::string_view key, std::vector<std::string>& target);
void read_usb_ids(TableReader& in, std::string_view key, std::vector<core::UsbId>& target);

}  // namespace vaktpost::config
