// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as keys, and as a text on the page: the line holds no control character and no more
// than fits, the cleaned text none either.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "platform/curtain/page.h"
#include "platform/curtain/secret_line.h"

namespace {

using namespace vaktpost::curtain;

bool is_control(char byte) {
    return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
}

void check_plain(std::string_view text) {
    for (const char byte : text)
        if (is_control(byte)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    SecretLine line;
    for (const char byte : bytes) {
        line.put(byte);
        if (byte == ' ') line.pause();
        if (line.text().size() > SecretLine::limit) std::abort();
    }
    check_plain(line.text());
    const std::size_t columns = size % 100;
    const auto clean = clean_text(bytes, columns);
    check_plain(clean);
    if (clean.size() > 4 * columns || clean_text(clean, columns) != clean) std::abort();
    static_cast<void>(drawn({clean, "", "", clean, "", "", false},
                            {static_cast<unsigned>(size % 60), static_cast<unsigned>(columns)}));
    return 0;
}
