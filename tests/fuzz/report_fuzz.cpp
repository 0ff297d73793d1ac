// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a period and the lines of a log, made into a page: no crash, tags that all close and
// are all ours, nothing that is invisible, and no more counted than there is.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "agent/report/page.h"

using namespace vaktpost;

namespace {

constexpr std::string_view tags[] = {
    "!DOCTYPE", "a",     "b",          "bdi",    "body", "br",    "button", "caption", "code",
    "dd",       "desc",  "figcaption", "figure", "div",  "dl",    "dt",     "form",    "h1",
    "h2",       "h3",    "head",       "header", "html", "input", "label",  "li",      "main",
    "meta",     "nav",   "option",     "output", "p",    "path",  "rect",   "script",  "section",
    "select",   "span",  "strong",     "style",  "svg",  "table", "tbody",  "td",      "text",
    "th",       "thead", "time",       "title",  "tr",   "ul"};
constexpr std::string_view empty_tags[] = {"!DOCTYPE", "br", "input", "meta"};

void check(bool holds) {
    if (!holds) std::abort();
}

template <class List>
bool holds(const List& list, std::string_view word) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// Takes what stands before `end`, and that as well.
std::string_view take_until(std::string_view& text, std::string_view end) {
    const auto at = text.find(end);
    check(at != std::string_view::npos);
    const auto taken = text.substr(0, at);
    text.remove_prefix(at + end.size());
    return taken;
}

// Between the angle brackets: a name, and attributes in quotation marks none of which is a script.
void check_attributes(std::string_view inside) {
    for (auto at = inside.find('='); at != std::string_view::npos; at = inside.find('=')) {
        const auto before = inside.substr(0, at);
        const auto name = before.substr(before.find_last_of(" \n") + 1);
        check(!name.starts_with("on") && inside.substr(at + 1).starts_with('"'));
        inside.remove_prefix(at + 2);
        check(take_until(inside, "\"").find('<') == std::string_view::npos);
    }
    check(inside.find('"') == std::string_view::npos);
}

void check_tags(std::string_view page) {
    std::vector<std::string_view> open;
    for (auto at = page.find('<'); at != std::string_view::npos; at = page.find('<')) {
        check(page.substr(0, at).find('>') == std::string_view::npos);
        page.remove_prefix(at + 1);
        const auto inside = take_until(page, ">");
        if (inside.starts_with('/')) {
            check(!open.empty() && open.back() == inside.substr(1));
            open.pop_back();
            continue;
        }
        const auto name = inside.substr(0, inside.find_first_of(" \n/"));
        check(holds(tags, name));
        check_attributes(inside);
        if (name == "style" || name == "script")
            take_until(page, "</" + std::string(name) + ">");
        else if (!holds(empty_tags, name) && !inside.ends_with('/'))
            open.push_back(name);
    }
    check(open.empty());
}

void check_page(const std::string& page) {
    check_tags(page);
    check(std::none_of(page.begin(), page.end(), [](char c) {
        return (static_cast<unsigned char>(c) < ' ' && c != '\n') || c == '\x7f';
    }));
    for (const std::string_view moving : {"\u202e", "\u200f", "\u2066", "\ufeff", "\u2028"})
        check(page.find(moving) == std::string::npos);
}

std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

// "FROM TO", or a period of our own.
report::Period period_in(std::string_view line, events::WallTime now) {
    const auto space = line.find(' ');
    const auto to = space == std::string_view::npos ? "" : line.substr(space + 1);
    if (const auto period = report::period_of(line.substr(0, space), to, now); period.ok())
        return *period;
    return *report::period_of("2026-03-02", "2026-03-08", now);
}

verify::Report read(std::string_view text, report::Gathering& gathered) {
    verify::Report verdicts;
    verify::Collector collector;
    collector.show_each_record([&](const verify::Scanned& record, const events::Digest& digest) {
        gathered.take(record, digest);
    });
    verify::Source centre;
    centre.name = "records";
    while (!text.empty()) collector.line(centre, take_line(text));
    for (auto& [host, ledger] : collector.ledgers()) {
        verdicts.hosts.push_back(verify::examine(std::move(ledger), collector.places()));
        verdicts.records += verdicts.hosts.back().records;
    }
    verdicts.refused = collector.refused();
    verdicts.refused_count = collector.refused_count();
    verify::mark_silent(verdicts.hosts, 4'000'000'000'000);
    return verdicts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto now = *events::from_rfc3339("2026-03-09T12:00:00.000Z");
    const auto period = period_in(take_line(text), now);
    check(period.from < period.to && period.days() <= report::Period::most_days);
    report::Gathering gathered(period);
    const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    const auto verdicts = read(text, gathered);
    check(gathered.by_day().size() == period.days());
    std::uint64_t counted = 0;
    for (const auto& counts : gathered.by_day())
        counted += std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    check(counted <= lines && gathered.incident_count() <= lines);
    check_page(report::page_of({verdicts, gathered, {"<records>"}, now}));
    return 0;
}
