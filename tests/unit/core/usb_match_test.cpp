// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/usb_match.h"

#include <catch2/catch.hpp>

#include "agent/core/usb_explain.h"

using namespace vaktpost::core;
using namespace std::chrono_literals;

namespace {

UsbDevice stick() {
    UsbDevice device;
    device.id = {"1-2"};
    device.vendor = 0x0781;
    device.product = 0x5581;
    device.interfaces = {{0, {{8, 6, 0x50}, {8, 6, 0x62}}, false}};
    return device;
}

UsbRule rule(const std::string& id, UsbRuleAction action = UsbRuleAction::allow) {
    UsbRule made;
    made.id = {id};
    made.action = action;
    return made;
}

std::vector<RuleTest> failed(const UsbRule& each, const Surroundings& around = {}) {
    return failed_tests(each, stick(), stick().interfaces[0], around);
}

}  // namespace

TEST_CASE("a rule tells every one of its tests that fails") {
    auto each = rule("a");
    CHECK(failed(each).empty());
    each.vendor = 0x0781;
    each.product = 0x1234;
    each.port = {"2-*"};
    each.screen = ScreenState::open;
    CHECK(failed(each) ==
          std::vector<RuleTest>{RuleTest::product, RuleTest::port, RuleTest::screen});
    CHECK_FALSE(meets(each, stick(), stick().interfaces[0], {}));
}

TEST_CASE("a pattern for a whole device takes an interface with all its alternate settings") {
    auto each = rule("a");
    each.device_equals = {{8, 6, std::nullopt}};
    CHECK(failed(each).empty());
    each.device_equals = {{8, 6, 0x50}};
    CHECK(failed(each) == std::vector<RuleTest>{RuleTest::device_equals});
}

TEST_CASE("broad patterns leave narrow ones what these need") {
    UsbDevice device;
    device.interfaces = {{0, {{3, 1, 1}}, true}, {1, {{3, 0, 0}}, false}, {2, {{1, 1, 0}}, false}};
    auto each = rule("a");
    each.device_equals = {{}, {3, std::nullopt, std::nullopt}, {3, 1, 1}};
    CHECK(meets(each, device, device.interfaces[0], {}));
    each.device_equals = {{}, {3, 1, 1}, {3, 1, 1}};
    CHECK_FALSE(meets(each, device, device.interfaces[0], {}));
}

TEST_CASE("rules with and without ids are tried in the order of the file") {
    UsbRules rules;
    auto general = rule("general");
    general.port = {"9-*"};
    rules.push_back(general);
    for (std::uint16_t vendor = 1; vendor <= 100; ++vendor) {
        auto other = rule("v" + std::to_string(vendor));
        other.vendor = vendor;
        rules.push_back(other);
    }
    auto by_vendor = rule("by-vendor");
    by_vendor.vendor = 0x0781;
    auto by_product = rule("by-product");
    by_product.vendor = 0x0781;
    by_product.product = 0x5581;
    rules.push_back(by_product);
    rules.push_back(by_vendor);
    rules.push_back(rule("last"));
    std::vector<std::string> tried;
    const auto* none = rules.first(0x0781, 0x5581, [&](const UsbRule& each) {
        tried.push_back(each.id.value);
        return false;
    });
    CHECK(none == nullptr);
    CHECK(tried == std::vector<std::string>{"general", "by-product", "by-vendor", "last"});
}

TEST_CASE("what a blocked interface lacks names the rules that come near") {
    Policy policy;
    auto near = rule("near");
    near.vendor = 0x0781;
    near.port = {"1-9"};
    auto later = rule("while-open");
    later.screen = ScreenState::open;
    later.user = {"nobody"};
    auto far = rule("far");
    far.vendor = 0x1111;
    far.port = {"1-9"};
    policy.usb_rules = UsbRules({near, far, later, rule("no", UsbRuleAction::block)});
    const auto lacks = what_it_lacks(policy, stick(), stick().interfaces[0],
                                     {InterfaceVerdict::block, {"no"}}, {});
    REQUIRE(lacks.size() == 4);
    CHECK(lacks[0] == "rule near would allow it but for port");
    CHECK(lacks[1] == "rule while-open would allow it but for user and screen");
    CHECK(what_it_lacks(policy, stick(), stick().interfaces[0], {InterfaceVerdict::allow, {"near"}},
                        {})
              .empty());
}

TEST_CASE("a week begins on Monday in local time") {
    // 2026-11-23, a Monday, 23:30 UTC: half past midnight on Tuesday an hour further east.
    const Wall wall{Instant{10s}, std::chrono::hours(20'780 * 24) + 23h + 30min, 1h};
    CHECK(utc_text(wall.utc) == "2026-11-23T23:30:00Z");
    CHECK(wall.of_week(Instant{10s}) == std::chrono::milliseconds(24h + 30min));
    CHECK(wall.of_week(Instant{10s} + 24h) == std::chrono::milliseconds(48h + 30min));
}

TEST_CASE("a stretch of the week may run past midnight and past its end") {
    const WeekSpan sunday_night{6 * minutes_of_day + 22 * 60, 8 * 60};
    CHECK(sunday_night.holds(6 * 24h + 23h));
    CHECK(sunday_night.holds(5h));
    CHECK_FALSE(sunday_night.holds(6h));
    CHECK(sunday_night.to_change(5h) == std::chrono::milliseconds(1h));
    CHECK(sunday_night.to_change(6h) == std::chrono::milliseconds(6 * 24h + 16h));
}
