// SPDX-License-Identifier: GPL-3.0-or-later
// Writes event.schema.json and catalogue.md into the folder named by its only argument.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "agent/events/catalogue_text.h"

namespace {

bool write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) std::cerr << "cannot write " << path.string() << '\n';
    return !file.fail();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: vaktpost_generate_event_documents FOLDER\n";
        return 64;
    }
    const std::filesystem::path folder = argv[1];
    const bool written = write(folder / "event.schema.json", vaktpost::events::event_schema()) &&
                         write(folder / "catalogue.md", vaktpost::events::event_catalogue());
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}
