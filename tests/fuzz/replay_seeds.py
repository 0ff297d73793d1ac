# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds for the replay's fuzzer: decisions about a stick, its medium and a card. replay_seeds.py FOLDER"""
import json
import sys
from pathlib import Path

POLICIES = 5


def record(seq, kind, boot_s, data, **more):
    return json.dumps({"type": kind, "code": "0001", "outcome": "enforced", "time": f"2026-11-23T08:00:{boot_s:02}.000Z",
                       "boot_us": boot_s * 1_000_000, "boot_id": "b", "host": "h", "epoch": 1, "seq": seq, **more,
                       "data": data}, separators=(",", ":"))


STICK = {"device": "1-2", "vendor": "0781", "product": "5581", "serial": "aa", "descriptors": "bb", "connect_type": "hotplug",
         "allowed": ["1=03:01:01,03:00:00"], "blocked": ["2=ff:00:00"], "examined": ["0=08:06:50"],
         "rules": ["0=builtin.storage", "1=builtin.keyboard", "2=x"], "audited": ["1="], "hardware": ["0="],
         "shown": ["1=keyboard,types", "2=mtp,driven"], "screen": "open", "front": "desktop", "utc_offset_min": 60,
         "other_keyboard": True, "known": "keyboard", "suspected": False, "proof": "busy", "decision_us": 1, "done_us": 2000}
MEDIUM = {"medium": "sdb-7", "device": "1-2", "interface": 0, "through": "examine", "slot": False, "verdict": "encrypted",
          "tag": "cc", "volumes": ["dd"], "enrolment": "valid", "unit": "u", "serial": "AB-12"}
CARD = {"reader": "A", "atr": "3b11", "role": "presence", "depended": ["graphical:unlocked", "text:locked:background"],
        "unlock_with": ["keyboard", "touch", "card"], "debounced_ms": 250}
LOCK = {"trigger": "card_removed", "step": "ask", "attempt": 1}


def log():
    session = {"class": "graphical"}
    return [record(1, "agent.started", 1, {}), '{"head":{"host":"h","epoch":1,"seq":9,"digest":"00"}}',
            record(2, "media.admitted", 9, MEDIUM), record(3, "usb.allowed", 10, STICK),
            record(4, "usb.blocked", 11, {**STICK, "screen": "locked", "front": "login", "proof": "paused"}, outcome="failed"),
            record(5, "media.blocked", 12, {**MEDIUM, "verdict": "plain", "enrolment": "untrusted"}),
            record(6, "media.admitted", 12, {"medium": "sda-1"}, rule="builtin.system_disk"),
            record(7, "card.inserted", 13, CARD), record(8, "card.removed", 14, CARD, seat="seat0"),
            record(9, "session.lock_requested", 14, LOCK, cause=8, session=session),
            record(10, "session.locked", 14, LOCK, cause=9, session=session), record(11, "card.inserted", 16, CARD),
            record(12, "card.other", 17, {**CARD, "reader": "B"}), record(13, "card.presence_lost", 18, CARD),
            record(14, "session.closed", 19, {}, session=session), record(15, "usb.removed", 20, {"device": "1-2"}),
            record(16, "card.removed", 21, {**CARD, "role": "other", "depended": []}), record(17, "agent.stopping", 22, {})]


for flags in range(2 * POLICIES):
    Path(sys.argv[1], f"log-{flags}").write_text(chr(flags) + "\n".join(log()), encoding="utf-8")
