// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "agent/session_memory_file.h"
#include "tests/unit/base/temporary_folder.h"

using namespace vaktpost;

namespace {

core::SessionMemories two_sessions() {
    return {{{"2"}, {{{"Reader \xff one"}, {"aabb"}}, {{"B"}, {}}}, false}, {{"c1"}, {}, true}};
}

}  // namespace

TEST_CASE("what is remembered of the sessions comes back as it was") {
    CHECK(parse_session_memory(session_memory_text(two_sessions())) == two_sessions());
}

TEST_CASE("lines that make no sense are left out") {
    CHECK(parse_session_memory("").empty());
    CHECK(parse_session_memory("\n\n2\n3 maybe\n4 - zz:aa\n5 - 4:\n").empty());
    CHECK(parse_session_memory("garbage\n2 owed\n").size() == 1);
}

TEST_CASE("a memory that cannot be kept or read is no memory") {
    SessionMemoryFile file("/nonexistent/vaktpost/sessions");
    file.keep(two_sessions());
    CHECK(file.read().empty());
}

TEST_CASE("another run of the agent reads what this one kept") {
    const TemporaryFolder folder;
    const auto path = (folder.path() / "sessions").string();
    SessionMemoryFile(path).keep(two_sessions());
    CHECK(SessionMemoryFile(path).read() == two_sessions());
}
