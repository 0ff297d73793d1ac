// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/load.h"

#include <catch2/catch.hpp>

#include "tests/unit/config/temp_folder.h"

using namespace vaktpost;
using namespace vaktpost::config;

namespace {

struct Place {
    TempFolder folder;
    PolicyPaths paths{folder.at("policy.toml"), folder.at("default-policy.toml")};
};

}  // namespace

TEST_CASE("a local policy replaces the package's") {
    const Place place;
    place.folder.write("policy.toml", "format = 1\nversion = 7\n");
    place.folder.write("default-policy.toml", "format = 1\nversion = 1\n");
    const auto loaded = load_policy(place.paths);
    REQUIRE(loaded);
    CHECK(loaded->policy.version == 7);
    CHECK(loaded->source == "local");
    CHECK(loaded->warning.empty());
}

TEST_CASE("the package's policy holds where there is no local one") {
    const Place place;
    place.folder.write("default-policy.toml", "format = 1\n");
    const auto loaded = load_policy(place.paths);
    REQUIRE(loaded);
    CHECK(loaded->source == "default");
    // sha256sum of the line above.
    CHECK(loaded->sha256 == "a1af1bccf46862c1ce45d1064094b00a0808329540e06a44bcedd8c921849f1e");
}

TEST_CASE("without any file the built-in policy holds, and says so") {
    const Place place;
    const auto loaded = load_policy(place.paths);
    REQUIRE(loaded);
    CHECK(loaded->source == "default");
    CHECK(loaded->sha256.empty());
    CHECK(loaded->warning ==
          "read " + place.paths.standard +
              ": No such file or directory; the built-in policy is in force instead");
}

TEST_CASE("a broken local policy is an error, never silently the default") {
    const Place place;
    place.folder.write("policy.toml", "format = 1\n[session]\nidle_lok = \"5min\"\n");
    place.folder.write("default-policy.toml", "format = 1\n");
    const auto loaded = load_policy(place.paths);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().text() ==
          place.paths.local +
              ":3:1: unknown key \"idle_lok\" in [session]; did you mean \"idle_lock\"?");
}

TEST_CASE("a start with a broken local policy falls back to the package's") {
    const Place place;
    place.folder.write("policy.toml", "nonsense");
    place.folder.write("default-policy.toml", "format = 1\nversion = 3\n");
    const LoadedPolicy loaded = fallback_policy(place.paths);
    CHECK(loaded.policy.version == 3);
    CHECK(loaded.warning.empty());
}

TEST_CASE("a start with every file broken falls back to the built-in policy") {
    const Place place;
    place.folder.write("default-policy.toml", "format = 2\n");
    CHECK_FALSE(load_policy(place.paths));
    const LoadedPolicy loaded = fallback_policy(place.paths);
    CHECK(loaded.policy.session.mode == core::Mode::enforce);
    CHECK_THAT(loaded.warning, Catch::EndsWith("; the built-in policy is in force instead"));
}

TEST_CASE("missing settings are the defaults, broken ones an error") {
    const TempFolder folder;
    const auto missing = load_settings(folder.at("agent.toml"));
    REQUIRE(missing);
    CHECK(missing->host.empty());
    const auto broken = load_settings(folder.write("agent.toml", "host = 1\n"));
    REQUIRE_FALSE(broken);
    CHECK(broken.error().text() ==
          folder.at("agent.toml") + ":1:8: host must be a host name in quotes, not 1");
}
