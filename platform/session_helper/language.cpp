// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/language.h"

#include <libintl.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>

namespace vaktpost::session_helper {

namespace {

constexpr const char* domain = "vaktpost";

// "nb_NO.UTF-8@x": language, territory.
struct Locale {
    std::string_view language;
    std::string_view territory;
};

Locale split(std::string_view name) {
    name = head(name, name.find_first_of(".@"));
    const auto separator = name.find('_');
    Locale locale{head(name, separator), {}};
    if (separator != std::string_view::npos) locale.territory = tail(name, separator + 1);
    return locale;
}

bool is_plain(std::string_view language) {
    return language.empty() || language == "C" || language == "POSIX";
}

std::string_view first_of(const LocaleVariables& variables) {
    for (const auto* value : {&variables.all, &variables.messages, &variables.lang})
        if (!value->empty()) return value->view();
    return {};
}

class Chain {
  public:
    void add(std::string_view language) {
        const std::string_view so_far(bytes_, used_);
        for (auto rest = so_far; !rest.empty();) {
            const auto item = head(rest, rest.find(':'));
            if (item == language) return;
            rest = tail(rest, item.size() + 1);
        }
        const int length =
            std::snprintf(bytes_ + used_, sizeof bytes_ - used_, "%s%.*s", used_ == 0 ? "" : ":",
                          static_cast<int>(language.size()), language.data());
        if (length > 0 && static_cast<std::size_t>(length) < sizeof bytes_ - used_)
            used_ += static_cast<std::size_t>(length);
        bytes_[used_] = '\0';
    }
    [[nodiscard]] Languages get() const {
        Languages languages;
        languages.assign({bytes_, used_});
        return languages;
    }

  private:
    char bytes_[96] = {};
    std::size_t used_ = 0;
};

// Puts a variable back as it was.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) {
        const char* old = std::getenv(name);
        was_set_ = old != nullptr;
        if (was_set_) old_.assign(old);
        setenv(name, value, 1);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() {
        if (was_set_)
            setenv(name_, old_.c_str(), 1);
        else
            unsetenv(name_);
    }

  private:
    const char* name_;
    Text<512> old_;
    bool was_set_ = false;
};

}  // namespace

void LocaleVariables::take(std::string_view variable) {
    const auto separator = variable.find('=');
    if (separator == std::string_view::npos) return;
    const auto name = head(variable, separator);
    const auto value = tail(variable, separator + 1);
    if (name == "LANGUAGE") language.assign(value);
    if (name == "LC_ALL") all.assign(value);
    if (name == "LC_MESSAGES") messages.assign(value);
    if (name == "LANG") lang.assign(value);
}

void LocaleVariables::clear() {
    for (auto* value : {&language, &all, &messages, &lang}) value->clear();
}

bool LocaleVariables::empty() const {
    return language.empty() && first_of(*this).empty();
}

Languages languages_of(const LocaleVariables& variables) {
    const auto locale = split(first_of(variables));
    if (is_plain(locale.language)) return {};  // gettext, too, passes LANGUAGE over then
    Chain chain;
    auto rest = variables.language.view();
    if (rest.empty()) rest = locale.language;
    while (!rest.empty()) {
        const auto item = head(rest, rest.find(':'));
        rest = tail(rest, item.size() + 1);
        const auto wanted = split(item).language;
        if (wanted == "en" || wanted == "C") return chain.get();  // the source's own
        if (!wanted.empty()) chain.add(wanted == "no" ? "nb" : wanted);
        if (wanted == "nn" || wanted == "no") chain.add("nb");
    }
    if (locale.territory == "NO") chain.add("nb");
    return chain.get();
}

void Language::begin() {
    for (char** variable = environ; *variable != nullptr; ++variable) own_.take(*variable);
    const char* directory = std::getenv("VAKTPOST_LOCALE_DIR");
    if (directory != nullptr) bindtextdomain(domain, directory);
    // Without this, gettext would write as the C locale can: in ASCII.
    bind_textdomain_codeset(domain, "UTF-8");
}

const char* Language::translate(const char* text, const char* plural, unsigned count) {
    const auto languages = languages_of(manager_.empty() ? own_ : manager_);
    const char* source = plural != nullptr && count != 1 ? plural : text;
    if (languages.empty()) return source;
    const Variable chosen("LANGUAGE", languages.c_str());
    // Also makes gettext forget what it found for the language before.
    if (std::setlocale(LC_MESSAGES, "C.UTF-8") == nullptr) return source;
    const char* found =
        plural == nullptr ? dgettext(domain, text) : dngettext(domain, text, plural, count);
    std::setlocale(LC_MESSAGES, "C");
    return found;
}

}  // namespace vaktpost::session_helper
