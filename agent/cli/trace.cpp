// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/trace.h"

#include <boost/json/parse.hpp>
#include <map>
#include <utility>

#include "agent/cli/json_text.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;
using events::EventReader;
using events::Position;

std::optional<json::object> parsed(std::string_view record) {
    boost::system::error_code error;
    json::value value = json::parse(json::string_view(record.data(), record.size()), error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

core::Result<std::vector<std::uint64_t>> epochs_with(EventReader& reader, core::Seq seq) {
    std::vector<std::uint64_t> epochs;
    const auto done = reader.newest_first([&](Position position, std::string_view) {
        if (position.seq == seq) epochs.push_back(position.epoch);
        return true;
    });
    if (!done) return done.error();
    return epochs;
}

// The record of that number, where it is there and can be read.
core::Result<std::optional<json::object>> record_at(EventReader& reader, Position wanted) {
    std::optional<json::object> found;
    const Position before{wanted.epoch, wanted.seq - 1};
    const auto done = reader.after(before, [&](Position position, std::string_view record) {
        if (position == wanted) found = parsed(record);
        return false;
    });
    if (!done) return done.error();
    return found;
}

// The first cause that is still there. A cause lies before what it causes, so this ends, whatever
// the log holds.
core::Result<Position> root_of(EventReader& reader, Position asked, bool& complete) {
    Position root = asked;
    for (Position at = asked;;) {
        const auto record = record_at(reader, at);
        if (!record) return record.error();
        if (!*record) {
            complete = false;
            return root;
        }
        root = at;
        const auto cause = cause_of(**record);
        if (!cause || *cause >= at.seq) return root;
        at.seq = *cause;
    }
}

// Records in the order of their numbers, to be put behind their causes.
class Tree {
  public:
    explicit Tree(Position root) : root_(root) {}

    // False: no further record can belong to it.
    bool take(Position position, std::string_view record, bool& complete) {
        if (position.epoch != root_.epoch) return false;
        auto content = parsed(record);
        if (!content) {
            complete = false;  // it may belong here
            return true;
        }
        const auto cause = cause_of(*content);
        const bool follows = cause && *cause < position.seq && nodes_.contains(*cause);
        if (position != root_ && !follows) return true;
        const std::size_t depth = follows ? nodes_.at(*cause).record.depth + 1 : 0;
        if (follows) nodes_.at(*cause).followed_by.push_back(position.seq);
        nodes_[position.seq].record = {position, std::string(record), std::move(*content), depth};
        return true;
    }

    // From the root on, without recursion: a chain may be as long as the log.
    std::vector<TracedRecord> in_order() && {
        std::vector<TracedRecord> records;
        std::vector<core::Seq> next;
        if (nodes_.contains(root_.seq)) next.push_back(root_.seq);
        while (!next.empty()) {
            Node& node = nodes_.at(next.back());
            next.pop_back();
            next.insert(next.end(), node.followed_by.rbegin(), node.followed_by.rend());
            records.push_back(std::move(node.record));
        }
        return records;
    }

  private:
    struct Node {
        TracedRecord record;
        std::vector<core::Seq> followed_by;
    };
    Position root_;
    std::map<core::Seq, Node> nodes_;
};

core::Result<Trace> trace_of(EventReader& reader, Position asked) {
    Trace trace{asked, {}, true};
    const auto root = root_of(reader, asked, trace.complete);
    if (!root) return root.error();
    Tree tree(*root);
    const auto done =
        reader.after({root->epoch, root->seq - 1}, [&](Position position, std::string_view record) {
            return tree.take(position, record, trace.complete);
        });
    if (!done) return done.error();
    trace.records = std::move(tree).in_order();
    return trace;
}

}  // namespace

core::Result<std::vector<Trace>> find_traces(EventReader& reader, core::Seq seq) {
    const auto epochs = epochs_with(reader, seq);
    if (!epochs) return epochs.error();
    std::vector<Trace> traces;
    for (const std::uint64_t epoch : *epochs) {
        auto trace = trace_of(reader, {epoch, seq});
        if (!trace) return trace.error();
        traces.push_back(std::move(*trace));
    }
    return traces;
}

}  // namespace vaktpost::cli
