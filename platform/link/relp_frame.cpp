// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/relp_frame.h"

#include <cerrno>

namespace vaktpost::link {
namespace {

constexpr std::size_t most_digits = 9;
constexpr std::size_t longest_command = 32;

enum class Scan { whole, more, wrong };

// Reads a frame from the front of the input, field by field.
class FrameScan {
  public:
    explicit FrameScan(std::string_view input) : input_(input) {}

    Scan run(RelpFrame& frame) {
        std::uint32_t size = 0;
        for (const Scan scan :
             {number(frame.transaction), blank(), command(frame.command), blank(), number(size)})
            if (scan != Scan::whole) return scan;
        return data(size, frame.data);
    }

    [[nodiscard]] std::size_t used() const { return at_; }

  private:
    // Fields are read from the left in this order; once one is not whole, no later one moves on.
    Scan number(std::uint32_t& value) {
        if (failed_ != Scan::whole) return failed_;
        const std::size_t begin = at_;
        while (at_ < input_.size() && input_[at_] >= '0' && input_[at_] <= '9') {
            if (at_ - begin == most_digits) return fail(Scan::wrong);
            value = value * 10 + static_cast<std::uint32_t>(input_[at_] - '0');
            ++at_;
        }
        if (at_ == input_.size()) return fail(Scan::more);
        return at_ == begin ? fail(Scan::wrong) : Scan::whole;
    }

    Scan blank() {
        if (failed_ != Scan::whole) return failed_;
        if (at_ == input_.size()) return fail(Scan::more);
        return input_[at_++] == ' ' ? Scan::whole : fail(Scan::wrong);
    }

    Scan command(std::string& word) {
        if (failed_ != Scan::whole) return failed_;
        const std::size_t begin = at_;
        const auto is_letter = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        };
        while (at_ < input_.size() && is_letter(input_[at_]))
            if (++at_ - begin > longest_command) return fail(Scan::wrong);
        if (at_ == input_.size()) return fail(Scan::more);
        word = input_.substr(begin, at_ - begin);
        return word.empty() ? fail(Scan::wrong) : Scan::whole;
    }

    Scan data(std::size_t size, std::string& text) {
        if (size > RelpReader::longest_data) return fail(Scan::wrong);
        // Without data its blank may be left out as well.
        if (input_[at_] == ' ')
            ++at_;
        else if (size > 0)
            return fail(Scan::wrong);
        if (input_.size() - at_ <= size) return fail(Scan::more);
        text = input_.substr(at_, size);
        at_ += size;
        return input_[at_++] == '\n' ? Scan::whole : fail(Scan::wrong);
    }

    Scan fail(Scan how) { return failed_ = how; }

    std::string_view input_;
    std::size_t at_ = 0;
    Scan failed_ = Scan::whole;
};

}  // namespace

std::string relp_frame(Transaction transaction, std::string_view command, std::string_view data) {
    std::string frame = std::to_string(transaction);
    frame.reserve(frame.size() + command.size() + data.size() + 16);
    frame.append(" ").append(command).append(" ").append(std::to_string(data.size()));
    if (!data.empty()) frame.append(" ").append(data);
    frame += '\n';
    return frame;
}

core::Result<std::optional<RelpFrame>> RelpReader::next() {
    RelpFrame frame;
    FrameScan scan(input_);
    switch (scan.run(frame)) {
        case Scan::more:
            return std::optional<RelpFrame>();
        case Scan::wrong:
            return core::Error{EBADMSG, "read an answer", "it is no RELP"};
        case Scan::whole:
            break;
    }
    input_.erase(0, scan.used());
    return std::optional(std::move(frame));
}

}  // namespace vaktpost::link
