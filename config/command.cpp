// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/command.h"

#include <algorithm>

#include "config/quote.h"

namespace vaktpost::config {
namespace {

constexpr std::size_t most_arguments = 32;
constexpr std::size_t longest_argument = 256;

bool good_argument(std::string_view argument) {
    const bool control = std::any_of(argument.begin(), argument.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    return argument.size() <= longest_argument && !control;
}

}  // namespace

void read_command(TableReader& in, std::string_view key, Program program,
                  std::vector<std::string>& command) {
    const Value* list = in.find(key);
    const auto texts = in.texts(key, command_form);
    if (list == nullptr || list->kind != Kind::list) return;
    if (list->list.empty() || (!texts.empty() && texts.front()->text.empty()))
        return in.problem(list->at, in.full_name(key) + " must name a program");
    if (list->list.size() > most_arguments)
        return in.problem(list->at, in.full_name(key) + " has more than " +
                                        std::to_string(most_arguments) + " arguments");
    if (program == Program::absolute && !texts.empty() && !texts.front()->text.starts_with('/'))
        in.problem(texts.front()->at, in.full_name(key) +
                                          " must begin with a program's absolute path, not " +
                                          quoted(texts.front()->text));
    command.clear();
    for (const Value* text : texts) {
        if (!good_argument(text->text))
            in.problem(text->at, "an argument must be at most " + std::to_string(longest_argument) +
                                     " bytes without control characters, not " +
                                     quoted(text->text));
        command.push_back(text->text);
    }
}

}  // namespace vaktpost::config
