// SPDX-License-Identifier: GPL-3.0-or-later
// Holds recorded decisions about devices, media and cards against another policy, each alone, with
// everything around it as it was, by core's own rules.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "agent/replay/answer.h"
#include "agent/replay/card_replay.h"
#include "agent/replay/rules.h"

namespace vaktpost::replay {

enum class Subject { usb, media, card };

struct Difference {
    Subject subject = Subject::usb;
    Recorded record;
    Answer answer;
};

struct Tally {
    std::uint64_t records = 0;
    std::uint64_t damaged = 0;  // lines that are no record
    std::map<Direction, std::uint64_t> told;
    std::map<Untold, std::uint64_t> untold;
    // Left out because no record says what they were decided by.
    std::uint64_t idle_locks = 0;
    std::uint64_t holds = 0;

    [[nodiscard]] std::uint64_t differing() const;
    [[nodiscard]] std::uint64_t decisions() const;
};

class Replay {
  public:
    using Tell = std::function<void(const Difference&)>;
    // Which rules the records of that host are held against; valid as long as this lives.
    using RulesFor = std::function<Rules&(const std::string& host)>;

    Replay(RulesFor rules_for, Tell tell);

    // Of each host in the order of its log. Hosts may come mixed.
    void take(std::string_view line);
    // There are no more.
    void finish();

    [[nodiscard]] const Tally& tally() const { return tally_; }

  private:
    // What has to be remembered of one machine.
    struct Host {
        std::string boot_id;
        std::uint64_t epoch = 0;
        core::Seq seq = 0;
        core::Instant at;
        std::map<std::string, Recorded> devices;  // the newest decision about each, in this boot
        std::vector<Recorded> media;  // the decision about whose device is not recorded yet
        std::vector<CardCase> cards;  // that may still be followed by something
    };

    void take(Recorded record);
    void follow(Host& host, const Recorded& record);
    static void follow_cards(Host& host, const Recorded& record);
    void remember_card(Host& host, Recorded record);
    void decide_usb(Host& host, const Recorded& record);
    void decide_media(Host& host, const Recorded& record);
    // `device`: only those behind it; empty: all.
    void decide_waiting_media(Host& host, const std::string& device);
    void give_up_media(Host& host, const std::string& device);
    void end_cards(Host& host, const std::function<bool(const CardCase&)>& which);
    void count(Subject subject, const Recorded& record, Answer answer);

    RulesFor rules_for_;
    Tell tell_;
    Tally tally_;
    std::map<std::string, Host> hosts_;
};

}  // namespace vaktpost::replay

namespace vaktpost::core {

VAKTPOST_WORDS(replay::Subject, "usb", "media", "card");

}  // namespace vaktpost::core
