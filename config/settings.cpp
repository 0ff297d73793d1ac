// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/settings.h"

#include <algorithm>
#include <array>

#include "config/command.h"
#include "config/document.h"
#include "config/list_reader.h"
#include "config/quote.h"
#include "config/table_reader.h"

namespace vaktpost::config {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t longest_host = 253;  // RFC 1035, 2.3.4, in text
constexpr std::size_t longest_path = 1024;

constexpr auto all_keys = std::to_array<KnownKey>({
#define SETTING_HOST(member, key, help) {"", key},
#define SETTING_LABELS(member, key, help) {"", key},
#define SETTINGS_SECTION(section, help)
#define SETTING_CHOICE(section, member, key, Enum, initial, help) {#section, key},
#define SETTING_COMMAND(section, member, key, help, ...) {#section, key},
#define SETTING_KEYS(section, member, key, help) {#section, key},
#define SETTING_DURATION(section, member, key, initial, least, most, help) {#section, key},
#define SETTING_RECEIVERS(section, member, key, help) {#section, key},
#define SETTING_FILE(section, member, key, initial, help) {#section, key},
#define SETTING_PROXY(section, member, key, help) {#section, key},
#define SETTINGS_END(section)
#include "config/settings.def"
});

bool only(std::string_view text, std::string_view allowed) {
    return text.find_first_not_of(allowed) == std::string_view::npos;
}

void read_host(TableReader& in, std::string_view key, std::string& host) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
    const Value* text = in.value(key, Kind::text, "a host name in quotes");
    if (text == nullptr) return;
    if (text->text.size() > longest_host || !only(text->text, allowed))
        return in.problem(text->at,
                          in.full_name(key) + " must be at most " + std::to_string(longest_host) +
                              " letters, digits, \"-\" and \".\", not " + quoted(text->text));
    host = text->text;
}

void read_labels(TableReader& in, std::string_view key, std::vector<std::string>& labels) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
    for (const Value* text : in.texts(key, "a list of texts, such as [\"ward\"]")) {
        const std::string& label = text->text;
        if (label.empty() || label.size() > longest_label || !only(label, allowed))
            in.problem(text->at, "a label must be 1 to " + std::to_string(longest_label) +
                                     " of a-z, 0-9 and \"-\", not " + quoted(label));
        else if (std::find(labels.begin(), labels.end(), label) != labels.end())
            in.problem(text->at, "the label " + quoted(label) + " stands there twice");
        else if (labels.size() == most_labels)
            return in.problem(text->at,
                              "there are more than " + std::to_string(most_labels) + " labels");
        else
            labels.push_back(label);
    }
}

void read_public_keys(TableReader& in, std::string_view key, std::vector<std::string>& target) {
    read_list(in, key, public_keys_form(), target,
              [](const std::string& text) -> std::optional<std::string> {
                  const bool good =
                      text.size() == public_key_digits && only(text, "0123456789abcdef");
                  return good ? std::optional(text) : std::nullopt;
              });
}

void read_path(TableReader& in, std::string_view key, std::string& target) {
    const Value* text = in.value(key, Kind::text, "a path in quotes");
    if (text == nullptr) return;
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    if (text->text.starts_with('/') && text->text.size() <= longest_path &&
        std::none_of(text->text.begin(), text->text.end(), is_control))
        target = text->text;
    else
        in.problem(text->at, in.full_name(key) + " must be a file's absolute path, not " +
                                 quoted(text->text));
}

void read_proxy(TableReader& in, std::string_view key, std::optional<Endpoint>& target) {
    const Value* text = in.value(key, Kind::text, proxy_form);
    if (text == nullptr) return;
    target = parse_proxy(text->text);
    if (!target && !text->text.empty())
        in.problem(text->at, in.full_name(key) + " must be " + std::string(proxy_form) + ", not " +
                                 quoted(text->text));
}

void read_keys(TableReader& top, Settings& settings) {
#define SETTING_HOST(member, key, help) read_host(top, key, settings.member);
#define SETTING_LABELS(member, key, help) read_labels(top, key, settings.member);
#define SETTINGS_SECTION(section, help) \
    {                                   \
        TableReader in = top.table(#section);
#define SETTING_CHOICE(section, member, key, Enum, initial, help) \
    in.choice(key, settings.section.member);
#define SETTING_COMMAND(section, member, key, help, ...) \
    read_command(in, key, Program::any, settings.section.member);
#define SETTING_KEYS(section, member, key, help) read_public_keys(in, key, settings.section.member);
#define SETTING_DURATION(section, member, key, initial, least, most, help) \
    in.duration(key, {milliseconds(least), milliseconds(most)}, settings.section.member);
#define SETTING_RECEIVERS(section, member, key, help) \
    read_list(in, key, receivers_form(), settings.section.member, parse_receiver);
#define SETTING_FILE(section, member, key, initial, help) \
    read_path(in, key, settings.section.member);
#define SETTING_PROXY(section, member, key, help) read_proxy(in, key, settings.section.member);
#define SETTINGS_END(section) \
    in.finish();              \
    }
#include "config/settings.def"
}

}  // namespace

ListForm public_keys_form() {
    const std::string item = std::to_string(public_key_digits) + " of 0-9 and a-f";
    return {"a list of at most " + std::to_string(most_trusted_keys) + " texts, each " + item, item,
            most_trusted_keys};
}

ListForm receivers_form() {
    const std::string item = R"("relp://HOST:PORT" or "syslog://HOST:PORT")";
    return {"a list of at most " + std::to_string(most_receivers) + " texts " + item, item,
            most_receivers};
}

SettingsCheck check_settings(std::string_view text) {
    Document document = parse_document(text);
    SettingsCheck check;
    if (!document.problems.empty()) {
        check.problems = std::move(document.problems);
        return check;
    }
    Problems problems;
    TableReader top(document.root, {}, all_keys, problems);
    read_keys(top, check.settings);
    top.finish();
    check.problems = std::move(problems).sorted();
    return check;
}

core::Result<Settings> parse_settings(std::string_view text, std::string_view file_name) {
    SettingsCheck check = check_settings(text);
    if (!check.problems.empty()) return to_error(check.problems, file_name);
    return std::move(check.settings);
}

core::Policy with_settings(core::Policy policy, const Settings& settings, bool observe_all) {
    const auto apply = [&](core::Mode& mode, ModeSetting setting) {
        if (observe_all || setting == ModeSetting::observe) mode = core::Mode::observe;
    };
    apply(policy.session.mode, settings.mode.session);
    apply(policy.media.mode, settings.mode.media);
    apply(policy.usb.mode, settings.mode.usb);
    return policy;
}

}  // namespace vaktpost::config
