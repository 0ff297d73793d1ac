// SPDX-License-Identifier: GPL-3.0-or-later
// Runs scenario files against decide(). See README.md for the language.
#include <algorithm>
#include <fstream>
#include <iostream>

#include "tests/scenario/arguments.h"
#include "tests/scenario/vocabulary.h"

namespace vaktpost::scenario {
namespace {

using Words = std::vector<std::string>;

std::string join(const Words& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

// Every expected word must be among the action's; the verb comes first in both.
bool meets(const Words& action, const Words& expected) {
    return action.front() == expected.front() &&
           std::all_of(expected.begin(), expected.end(), [&](const std::string& word) {
               return std::find(action.begin(), action.end(), word) != action.end();
           });
}

class Scenario {
  public:
    explicit Scenario(std::string file) : file_(std::move(file)) {}

    bool run() {
        std::ifstream input(file_);
        if (!input) return fail("cannot be read");
        std::string text;
        while (good_ && std::getline(input, text)) {
            ++line_;
            try {
                take(split(text.substr(0, text.find('#')), ' '));
            } catch (const std::exception& problem) {
                fail(problem.what());
            }
        }
        check_expectations();
        if (good_ && events_ == 0) fail("holds no event");
        return good_;
    }

  private:
    void take(const Words& words) {
        if (words.empty()) return;
        if (words[0] == "policy") return apply_policy(policy_, {words.begin() + 1, words.end()});
        if (words[0] == "->") return expected_.push_back({words.begin() + 1, words.end()});
        check_expectations();
        event(parse_duration(words[0]), {words.begin() + 1, words.end()});
    }

    void event(core::Duration time, const Words& words) {
        if (words.empty()) throw BadLine("what happens then?");
        const core::Instant now{time};
        if (now < now_) throw BadLine("time goes back");
        now_ = now;
        const auto parsed = parse_event(words, now);
        check_deadlines(parsed);
        actions_ = core::decide(state_, policy_, parsed, now);
        for (const auto& action : actions_) {
            remember_deadline(action);
            check_record(action);
        }
        event_line_ = line_;
        ++events_;
    }

    // A deadline comes when it was asked for: not earlier, not later, not unasked.
    void check_deadlines(const core::Event& event) {
        if (const auto* reached = std::get_if<core::DeadlineReached>(&event)) {
            const auto found = deadlines_.find(reached->id);
            if (found == deadlines_.end()) throw BadLine("nobody set that deadline");
            if (found->second > now_) throw BadLine("that deadline is later");
            deadlines_.erase(found);
        }
        for (const auto& [id, at] : deadlines_)
            if (at < now_ && id.kind != core::DeadlineKind::heartbeat)
                throw BadLine("before this, 'deadline " + std::string(to_string(id.kind)) + " " +
                              id.subject + "' was due at " + print_duration(at.time_since_epoch()));
    }

    void remember_deadline(const core::Action& action) {
        if (const auto* set = std::get_if<core::SetDeadline>(&action))
            deadlines_[set->id] = set->at;
        if (const auto* cancel = std::get_if<core::CancelDeadline>(&action))
            deadlines_.erase(cancel->id);
    }

    // Core writes no field that the catalogue does not have.
    static void check_record(const core::Action& action) {
        const auto* append = std::get_if<core::AppendEvent>(&action);
        if (append == nullptr) return;
        const auto& spec = core::spec_of(append->record.type);
        for (const auto& field : append->record.data) {
            const auto fits = [&](const core::FieldSpec& known) {
                return known.key == field.key &&
                       static_cast<std::size_t>(known.type) == field.value.index();
            };
            if (std::none_of(spec.fields.begin(), spec.fields.end(), fits))
                throw BadLine(std::string(spec.name) +
                              " has no such field: " + std::string(field.key));
        }
    }

    // An event without "->" lines is not looked at; with them, they are all that may happen, in
    // that order.
    void check_expectations() {
        if (expected_.empty() || !good_) return;
        Words got;
        for (const auto& action : actions_) got.push_back(join(render(action)));
        bool same = expected_.size() == actions_.size();
        if (expected_ == std::vector<Words>{{"nothing"}}) {
            same = actions_.empty();
        } else {
            for (std::size_t i = 0; same && i < actions_.size(); ++i)
                same = meets(render(actions_[i]), expected_[i]);
        }
        if (!same) {
            line_ = event_line_;
            std::string message = "expected";
            for (const auto& words : expected_) message += "\n         -> " + join(words);
            message += "\n      got";
            for (const auto& words : got) message += "\n         -> " + words;
            fail(message);
        }
        expected_.clear();
    }

    bool fail(const std::string& message) {
        std::cout << file_ << ':' << line_ << ": " << message << '\n';
        return good_ = false;
    }

    std::string file_;
    int line_ = 0;
    int event_line_ = 0;
    int events_ = 0;
    bool good_ = true;
    core::State state_;
    core::Policy policy_;
    core::Instant now_;
    core::Actions actions_;
    std::vector<Words> expected_;
    std::map<core::DeadlineId, core::Instant> deadlines_;
};

}  // namespace
}  // namespace vaktpost::scenario

int main(int argc, char** argv) {
    int failed = 0;
    for (int i = 1; i < argc; ++i)
        if (!vaktpost::scenario::Scenario(argv[i]).run()) ++failed;
    std::cout << argc - 1 - failed << " passed, " << failed << " failed\n";
    return failed == 0 && argc > 1 ? 0 : 1;
}
