# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the sessions playlist: days on a ward."""
from agent import boot_seconds
from card import PivCard
from document import Document
from runner import expect
from shift_context import SEEN_SECONDS
from waiting import wait_until

GRACE_SECONDS = 5
VISITOR = '[session]\nidle_lock = "10min"\nidle_warning = "5s"\n[session.without_card]\nidle_lock = "12s"\n'
SIGN_OUT = "/usr/local/bin/lab-sign-out"
SHARED = f'[[account]]\nuser = "nurse"\nkind = "shared"\nhosts = ["another-ward-*"]\nsign_out = ["{SIGN_OUT}", "all"]\n'
OPERATING_ROOM = "/usr/share/doc/vaktpost/examples/policy-operating-room.toml"


def print_collected(shift):
    """The card is pulled to collect a print and put back within the grace: all is as it was"""
    lab, agent = shift.lab, shift.agent
    with shift.policy(f'[session]\ncard_removal_grace = "{GRACE_SECONDS}s"\n'):
        shift.insert_card()
        document = Document(lab)
        mark = agent.mark()
        lab.ports.pull_card()
        agent.wait_for("card.removed", mark)
        shift.insert_card()
        shift.stays_open(mark, GRACE_SECONDS + 1)
        document.save()
        mark = agent.mark()
        lab.ports.pull_card()  # and this time for good
        agent.wait_for("session.locked", mark, trigger="card_removed")
        shift.unlock()


def card_later(shift):
    """A card in and out of a session opened by password, where cards bind at login only: nothing locks"""
    with shift.policy('[session]\nbind = "at_login"\n'):
        mark = shift.agent.mark()
        shift.insert_card()
        shift.lab.ports.pull_card()
        shift.agent.wait_for("card.removed", mark)
        shift.stays_open(mark, GRACE_SECONDS)


def cleaner(shift):
    """Reader and keyboard are pulled from a locked machine and put back: no deviation"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card()
    mark = agent.mark()
    lab.ports.pull_card()
    agent.wait_for("session.locked", mark)
    mark = agent.mark()
    for name in ("reader", "keyboard"):
        lab.ports.unplug(name)
        agent.wait_for("usb.removed", mark)
    lab.screenshot("cleaned")
    lab.ports.plug_keyboard()
    lab.ports.plug_reader()
    wait_until(lambda: agent.refresh() and len(agent.since(mark, "usb.allowed")) >= 2, SEEN_SECONDS, "both are back")
    told = [event for event in agent.since(mark) if event["severity"] in ("warning", "urgent")]
    expect(not told, f"nothing to follow up: {told}")
    shift.unlock()


def other_card(shift):
    """Somebody else's identity card, of the same model, in an open session: locked"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card(PivCard("nurse"))
    lab.ports.plug_reader("reader2")
    before = lab.screenshot("before-other-card")
    mark = agent.mark()
    lab.ports.insert_card("reader2", PivCard("doctor"))
    times = shift.check_lock(mark, "card.other", "other_card", before)
    lab.ports.unplug("reader2")
    agent.wait_for("card.presence_lost", mark)
    shift.unlock()
    return times


def operating_room(shift):
    """In the operating room a pulled card warns and never locks; it is recorded"""
    lab, agent = shift.lab, shift.agent
    agent.set_policy(lab.get(OPERATING_ROOM).decode())
    try:
        shift.insert_card()
        mark = agent.mark()
        lab.ports.pull_card()
        agent.wait_for("session.lock_suppressed", mark, trigger="card_removed", reason="policy")
        shift.stays_open(mark, GRACE_SECONDS)
        lab.screenshot("operating-room-warned")
    finally:
        agent.set_policy(None)


def visiting_doctor(shift):
    """A session without a card is locked after its own, shorter idle time"""
    lab, agent = shift.lab, shift.agent
    with shift.policy(VISITOR):
        mark = agent.mark()
        lab.keyboard.press("shift")
        pressed = lab.uptime()
        request = agent.wait_for("session.lock_requested", mark, trigger="idle")
        agent.wait_for("session.locked", mark, trigger="idle")
        shift.unlock()
    return {"locked after s": round(boot_seconds(request) - pressed, 1)}


def shared_account(shift):
    """A shared account is signed out of its programs before it is locked; it is told where it is not approved"""
    lab, agent = shift.lab, shift.agent
    lab.put(b'#!/bin/sh\necho "$1" >$HOME/signed-out\n', SIGN_OUT, 0o755)
    mark = agent.mark()
    with shift.policy(SHARED):
        agent.wait_for("session.not_approved", mark, account="shared")
        shift.insert_card()
        mark = agent.mark()
        lab.ports.pull_card()
        out = agent.wait_for("session.signed_out", mark)
        agent.wait_for("session.locked", mark, trigger="card_removed")
        expect(out["outcome"] != "failed", f"signed out: {out}")
        expect(lab.get("/home/nurse/signed-out") == b"all\n", "the command ran with its argument")
        shift.unlock()


def no_way_back(shift):
    """Without a keyboard nobody could unlock: that is told before, and a pulled card warns instead of locking"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card()
    mark = agent.mark()
    lab.ports.unplug("keyboard")
    try:
        agent.wait_for("session.no_way_back", mark, needs="keyboard")
        lab.ports.pull_card()
        agent.wait_for("session.lock_suppressed", mark, trigger="card_removed", reason="no_way_back")
        shift.stays_open(mark, GRACE_SECONDS)
        lab.screenshot("no-way-back")
    finally:
        lab.ports.plug_keyboard()
