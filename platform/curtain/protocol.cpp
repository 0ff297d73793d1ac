// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/protocol.h"

namespace vaktpost::curtain {

std::string register_line(std::string_view session) {
    return R"({"op":"curtain","session":")" + std::string(session) + "\"}\n";
}

std::string locked_line(std::string_view session) {
    return R"({"op":"locked","session":")" + std::string(session) + "\",\"witness\":\"curtain\"}\n";
}

std::string next_person_line(std::string_view session) {
    return R"({"op":"next_person","session":")" + std::string(session) + "\"}\n";
}

std::string unlocked_line(std::string_view session) {
    return R"({"op":"unlocked","session":")" + std::string(session) +
           "\",\"witness\":\"curtain\"}\n";
}

}  // namespace vaktpost::curtain
