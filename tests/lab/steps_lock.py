# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the shift: start, card, reader and idleness."""
import time

from agent import boot_seconds
from runner import expect
from shift_context import SEEN_SECONDS
from waiting import wait_until

IDLE_POLICY = 'format = 1\nversion = 7\n[session]\nidle_lock = "20s"\nidle_warning = "5s"\n'
IDLE_SECONDS, WARNING_SECONDS = 20, 5
HAND_SECONDS = 0.5  # between out and in; a shorter absence not even pcscd would see


def install(shift):
    """The package installs as IT would, and the agent is armed"""
    mark = len(shift.agent.events)
    shift.lab.install(shift.package)
    shift.agent.wait_armed()
    started = shift.agent.wait_for("agent.started", mark)
    expect(started["data"]["previous_end"] == "first_start", f"the first start: {started}")
    return {"version": started["data"]["version"]}


def boot(shift):
    """Boot with keyboard, mouse, reader and a plain stick plugged in"""
    lab, agent = shift.lab, shift.agent
    mark = agent.mark()
    lab.reboot()
    lab.wait_for_desktop()
    agent.wait_armed()
    armed = agent.wait_for("agent.armed", mark)
    expect("boot_gap_ms" in armed["data"], f"the boot gap is told: {armed}")
    shift.verdict(mark, "media.blocked", "plain")
    lab.keyboard.type("touch typed\n")
    lab.wait_for("test -e /home/nurse/typed", SEEN_SECONDS, "the keyboard works")
    expect(lab.run("ls /dev/sd*", check=False).exit != 0, "the stick's disk is withdrawn")
    lab.screenshot("desktop")
    return {"boot gap ms": armed["data"]["boot_gap_ms"], "start ms": armed["data"]["start_ms"]}


def card(shift):
    """Card in, work, card out"""
    shift.insert_card()
    shift.lab.keyboard.type("clear; cat notes.txt\n")
    wait_until(shift.lab.notes_visible, SEEN_SECONDS, "the nurse works")
    before = shift.lab.screenshot("working")
    mark = shift.agent.mark()
    shift.lab.ports.pull_card()
    times = shift.check_lock(mark, "card.removed", "card_removed", before)
    shift.unlock()
    return times


def card_bounce(shift):
    """Card pulled and put back as fast as a hand can"""
    shift.insert_card()
    before = shift.lab.screenshot("before-bounce")
    mark = shift.agent.mark()
    shift.lab.ports.pull_card()
    time.sleep(HAND_SECONDS)
    shift.lab.ports.insert_card()
    times = shift.check_lock(mark, "card.removed", "card_removed", before)
    shift.unlock()
    return times


def reader_unplugged(shift):
    """Reader unplugged with the card in it"""
    shift.insert_card()
    before = shift.lab.screenshot("before-reader")
    mark = shift.agent.mark()
    shift.lab.ports.unplug("reader")
    times = shift.check_lock(mark, "card.presence_lost", "presence_lost", before)
    shift.unlock()
    return times


def idle(shift):
    """Idle: a key during the warning forgives, then it locks"""
    lab, agent = shift.lab, shift.agent
    agent.set_policy(IDLE_POLICY)
    try:
        before = lab.screenshot("before-idle")
        mark = agent.mark()
        lab.keyboard.press("shift")
        pressed = time.monotonic()
        middle_of_warning = IDLE_SECONDS - WARNING_SECONDS / 2
        wait_until(lambda: time.monotonic() - pressed >= middle_of_warning, IDLE_SECONDS, "the warning is on")
        lab.screenshot("idle-warning")
        expect(not agent.since(mark, "session.lock_requested"), "nothing is locked in the warning")
        lab.keyboard.press("shift")
        forgiven = float(lab.run("cut -d' ' -f1 /proc/uptime").text)
        request = agent.wait_for("session.lock_requested", mark, trigger="idle")
        waited = boot_seconds(request) - forgiven
        expect(waited > IDLE_SECONDS - 1, f"locked {waited:.1f} s after the key that forgave")
        wait_until(lambda: agent.refresh() and agent.since(mark, "session.locked", trigger="idle"), SEEN_SECONDS,
                   "the idle lock is confirmed")
        wait_until(lambda: not lab.notes_visible(), SEEN_SECONDS, "the desktop is off the screen")
        expect(lab.screenshot("locked-idle").difference(before) > 0.5, "the locked screen is another")
        shift.unlock()
    finally:
        agent.set_policy(None)
    return {"locked after s": round(waited, 1)}
