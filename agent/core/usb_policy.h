// SPDX-License-Identifier: GPL-3.0-or-later
// The rules about USB devices, as the policy names them. How they are tried: usb_match.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/core/types.h"
#include "agent/core/usb.h"
#include "agent/core/wall.h"
#include "agent/core/words.h"

namespace vaktpost::core {

enum class UsbDefault { allow, block };
VAKTPOST_WORDS(UsbDefault, "allow", "block");

enum class UsbRuleAction {
    allow,
    block,
    read_only,  // storage: plain media may be read; meets nothing but storage
    audit,      // allow, and say so in the record
};
VAKTPOST_WORDS(UsbRuleAction, "allow", "block", "read_only", "audit");

// Of the session in front of the seat. Nobody there, a login screen, a lock asked for and not yet
// proven: locked.
enum class ScreenState { open, locked };
VAKTPOST_WORDS(ScreenState, "open", "locked");

// "03:01:*": class, subclass and protocol, each two hex digits or "*".
struct UsbClassPattern {
    std::optional<std::uint8_t> base;
    std::optional<std::uint8_t> sub;
    std::optional<std::uint8_t> protocol;

    [[nodiscard]] bool matches(const UsbClass& candidate) const;
    bool operator==(const UsbClassPattern&) const = default;
};
using UsbClassPatterns = std::vector<UsbClassPattern>;

// One [[usb.rule]]. It meets an interface when everything it names holds; what it does not name
// holds always. The first rule that meets an interface decides.
struct UsbRule {
    RuleId id;

    // The interface: any of its alternate settings matches any of them.
    UsbClassPatterns interface;

    // The device as a whole: of a composite one, every interface is met or none is. Each of
    // device_all_of is matched by some interface; any of device_one_of is; device_equals names all
    // interfaces, one pattern for each, and there are no others.
    UsbClassPatterns device_all_of;
    UsbClassPatterns device_one_of;
    UsbClassPatterns device_equals;

    // What the device says of itself: forgeable.
    std::optional<std::uint16_t> vendor;
    std::optional<std::uint16_t> product;
    std::string serial;       // as the policy has it; core compares the tag alone
    bool by_serial = false;   // named in either form
    Tag serial_tag;           // the runtime makes it of `serial`; empty: meets no device
    std::string descriptors;  // SHA-256 over all descriptors, 64 hex digits

    // Where it is plugged in.
    std::vector<std::string> port;  // patterns for the kernel's name of the port
    std::vector<ConnectType> connect_type;

    // Who is there, and when.
    std::vector<std::string> user;   // patterns, of the account in front
    std::vector<std::string> group;  // patterns
    std::optional<ScreenState> screen;
    std::vector<WeekSpan> time;

    // An allowance that ends, and who answers for it.
    std::optional<WallTime> until;
    std::string unit;

    // The device encrypts by itself what looks plain.
    bool hardware_encrypted = false;
    UsbRuleAction action = UsbRuleAction::block;

    [[nodiscard]] bool depends_on_session() const {
        return !user.empty() || !group.empty() || screen.has_value();
    }
    [[nodiscard]] bool depends_on_time() const { return !time.empty() || until.has_value(); }
};

// All of them in their order, with an index: a policy may name thousands of devices, and a device
// is held against the few that name it, and those that name none.
class UsbRules {
  public:
    UsbRules() = default;
    explicit UsbRules(std::vector<UsbRule> rules);

    void push_back(UsbRule rule);
    [[nodiscard]] const std::vector<UsbRule>& all() const { return rules_; }
    [[nodiscard]] bool empty() const { return rules_.empty(); }
    [[nodiscard]] std::size_t size() const { return rules_.size(); }
    [[nodiscard]] const UsbRule& operator[](std::size_t place) const { return rules_[place]; }
    [[nodiscard]] const UsbRule* find(const RuleId& id) const;

    // Puts the tag in the place of each serial number that a rule names.
    template <class MakeTag>
    void name_serials(MakeTag tag) {
        for (UsbRule& rule : rules_)
            if (!rule.serial.empty() && rule.vendor && rule.product)
                rule.serial_tag = tag(*rule.vendor, *rule.product, rule.serial);
    }

    // The first that may meet a device of these ids and for which `meets` holds; null: none.
    template <class Meets>
    const UsbRule* first(std::uint16_t vendor, std::uint16_t product, Meets meets) const {
        Candidates candidates(*this, vendor, product);
        while (const UsbRule* rule = candidates.next())
            if (meets(*rule)) return rule;
        return nullptr;
    }

    [[nodiscard]] bool depends_on_session() const { return depends_on_session_; }
    // Places of the rules that depend on the time.
    [[nodiscard]] const std::vector<std::uint32_t>& timed() const { return timed_; }

  private:
    using Places = std::vector<std::uint32_t>;

    // Merges three ascending lists of places.
    class Candidates {
      public:
        Candidates(const UsbRules& rules, std::uint16_t vendor, std::uint16_t product);
        const UsbRule* next();

      private:
        const UsbRules& rules_;
        const Places* lists_[3];
        std::size_t at_[3] = {0, 0, 0};
    };

    void index(std::uint32_t place);

    std::vector<UsbRule> rules_;
    std::unordered_map<std::uint32_t, Places> by_product_;  // vendor and product named
    std::unordered_map<std::uint16_t, Places> by_vendor_;   // vendor alone
    Places general_;                                        // neither
    Places timed_;
    bool depends_on_session_ = false;
};

}  // namespace vaktpost::core
