// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/session_memory_file.h"

#include <optional>
#include <utility>

#include "platform/base/journal.h"
#include "platform/base/small_file.h"

namespace vaktpost {
namespace {

constexpr std::size_t longest = 65'536;
constexpr std::string_view digits = "0123456789abcdef";

std::string to_hex(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text += digits[value >> 4U];
        text += digits[value & 0xFU];
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    std::string bytes;
    if (text.empty() || text.size() % 2 != 0) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = digits.find(text[i]);
        const auto low = digits.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        bytes += static_cast<char>(high << 4U | low);
    }
    return bytes;
}

// Takes what stands before `end` and drops it with the character itself.
std::string_view cut(std::string_view& text, char end) {
    const auto at = text.find(end);
    const auto piece = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return piece;
}

bool read_card(std::string_view text, core::BoundCards& bound) {
    const auto reader = from_hex(cut(text, ':'));
    if (!reader) return false;
    bound.emplace(core::ReaderName{*reader}, core::Tag{std::string(text)});
    return true;
}

std::optional<core::SessionMemory> read_line(std::string_view line) {
    core::SessionMemory memory;
    memory.id = {std::string(cut(line, ' '))};
    const auto owed = cut(line, ' ');
    if (memory.id.empty() || (owed != "owed" && owed != "-")) return std::nullopt;
    memory.owed = owed == "owed";
    while (!line.empty())
        if (!read_card(cut(line, ' '), memory.bound)) return std::nullopt;
    return memory;
}

}  // namespace

std::string session_memory_text(const core::SessionMemories& memories) {
    std::string text;
    for (const auto& memory : memories) {
        text += memory.id.value + (memory.owed ? " owed" : " -");
        for (const auto& [reader, card] : memory.bound)
            text += " " + to_hex(reader.value) + ":" + card.value;
        text += "\n";
    }
    return text;
}

core::SessionMemories parse_session_memory(std::string_view text) {
    core::SessionMemories memories;
    while (!text.empty())
        if (auto memory = read_line(cut(text, '\n'))) memories.push_back(std::move(*memory));
    return memories;
}

core::SessionMemories SessionMemoryFile::read() const {
    const auto text = platform::read_small(path_, longest);
    return text ? parse_session_memory(*text) : core::SessionMemories{};
}

void SessionMemoryFile::keep(const core::SessionMemories& memories) {
    if (known_ && memories == kept_) return;
    const auto written = platform::replace_file(path_, session_memory_text(memories), 0600);
    known_ = bool(written);
    kept_ = memories;
    if (written || std::exchange(warned_, true)) return;
    platform::warn(written.error().text() +
                   "; what the sessions depend on is lost when the agent is restarted");
}

}  // namespace vaktpost
