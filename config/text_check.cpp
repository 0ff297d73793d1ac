// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/text_check.h"

#include <string>
#include <utility>

#include "config/utf8.h"

namespace vaktpost::config {
namespace {

// Knows comments from quoted texts as TOML does, up to the first mistake.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {
        if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
    }

    std::optional<Problem> scan() {
        while (!rest_.empty()) {
            const std::size_t length = utf8_length(rest_);
            if (auto message = refusal(length))
                return Problem{at_.line, at_.column, std::move(*message)};
            state_ = next(rest_.front());
            step(length);
        }
        return std::nullopt;
    }

  private:
    enum class State { plain, comment, basic, escape, literal };  // basic: "…", literal: '…'

    [[nodiscard]] std::optional<std::string> refusal(std::size_t length) const {
        const char c = rest_.front();
        if (length == 0) return "this byte is not UTF-8: the file must be saved as UTF-8";
        if (c == '\0') return "a NUL byte: this is no text file";
        if (line_bytes_ >= longest_line && c != '\n')
            return "the line is longer than " + std::to_string(longest_line) + " bytes";
        if (length > 1 && state_ != State::comment)
            return "only comments may hold other characters than ASCII";
        if (state_ == State::plain && (c == '"' || c == '\'') && rest_.size() > 2 &&
            rest_[1] == c && rest_[2] == c)
            return "no key takes a text of several lines";
        return std::nullopt;
    }

    [[nodiscard]] static State opened_by(char c) {
        switch (c) {
            case '#':
                return State::comment;
            case '"':
                return State::basic;
            case '\'':
                return State::literal;
            default:
                return State::plain;
        }
    }

    [[nodiscard]] State next(char c) const {
        if (c == '\n') return State::plain;
        switch (state_) {
            case State::plain:
                return opened_by(c);
            case State::comment:
                return State::comment;
            case State::escape:
                return State::basic;
            case State::literal:
                return c == '\'' ? State::plain : State::literal;
            case State::basic:
                break;
        }
        if (c == '\\') return State::escape;
        return c == '"' ? State::plain : State::basic;
    }

    void step(std::size_t length) {
        const bool line_ends = rest_.front() == '\n';
        rest_.remove_prefix(length);
        line_bytes_ = line_ends ? 0 : line_bytes_ + length;
        at_ = line_ends ? Position{at_.line + 1, 1} : Position{at_.line, at_.column + 1};
    }

    std::string_view rest_;
    State state_ = State::plain;
    Position at_;
    std::size_t line_bytes_ = 0;
};

}  // namespace

std::optional<Problem> check_text(std::string_view text) {
    if (text.size() > largest_file) return Problem{1, 1, "the file is larger than 4 MiB"};
    return Scanner(text).scan();
}

}  // namespace vaktpost::config
