// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/problem.h"

#include <algorithm>

#include "config/quote.h"

namespace vaktpost::config {
namespace {

constexpr std::size_t most_problems = 100;

std::string place(const Problem& problem, std::string_view file_name) {
    return printable(file_name) + ":" + std::to_string(problem.line) + ":" +
           std::to_string(problem.column);
}

}  // namespace

std::string to_text(const Problem& problem, std::string_view file_name) {
    return place(problem, file_name) + ": " + problem.message;
}

core::Error to_error(const std::vector<Problem>& problems, std::string_view file_name) {
    const Problem& first = problems.front();
    std::string detail = first.message;
    if (problems.size() > 1) detail += " (and " + std::to_string(problems.size() - 1) + " more)";
    return {0, place(first, file_name), std::move(detail)};
}

void Problems::add(Position at, std::string message) {
    if (list_.size() < most_problems) list_.push_back({at.line, at.column, std::move(message)});
}

std::vector<Problem> Problems::sorted() && {
    std::stable_sort(list_.begin(), list_.end(), [](const Problem& a, const Problem& b) {
        return Position{a.line, a.column} < Position{b.line, b.column};
    });
    return std::move(list_);
}

}  // namespace vaktpost::config
