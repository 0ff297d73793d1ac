# SPDX-License-Identifier: GPL-3.0-or-later
"""Lockers that do not lock, and how a lock comes about all the same."""
from contextlib import contextmanager

from document import Document
from runner import expect
from shift_context import SEEN_SECONDS
from waiting import wait_until

LOCKER = "/usr/local/bin/lab-locker"
SETTINGS = "/etc/vaktpost/agent.toml"
KEYS = {"sway": "wayland", "x11": "x11"}
LADDER = ["ask", "ask_again", "own_locker", "curtain", "greeter"]
WITNESSES = {"ask": "confined_locker", "curtain": "curtain", "greeter": "greeter"}
# Time enough for a slow guest to lock, and short enough to climb the ladder.
QUICK = '[session]\nlock_deadline = "4s"\n'
CLAIM = ("busctl call org.freedesktop.login1 /org/freedesktop/login1/session/_3$XDG_SESSION_ID "
         "org.freedesktop.login1.Session SetLockedHint b")


@contextmanager
def settings(shift, text, *files):
    """While the body runs these settings are in force; they go afterwards, and so do the files that they name."""
    shift.lab.put(text.encode(), SETTINGS)
    _restart(shift)
    try:
        yield
    finally:
        shift.lab.run(f"rm -f {' '.join((SETTINGS, *files))}")
        _restart(shift)


@contextmanager
def locker(shift, script):
    """While the body runs the settings name this shell script as the locker; None: a program that is not there."""
    lab = shift.lab
    if script is not None:
        lab.put(f"#!/bin/sh\n{script}\n".encode(), LOCKER, 0o755)
    with settings(shift, f'[locker]\n{KEYS[lab.desktop]} = ["{LOCKER}"]\n', LOCKER):
        yield


@contextmanager
def liar(shift):
    """A program of the user's that says all the time that the screen is locked."""
    lab = shift.lab
    lab.run_in_session(f"rm -f /tmp/honest; "
                       f"(until [ -e /tmp/honest ]; do {CLAIM} true; sleep 0.5; done; {CLAIM} false) >/dev/null 2>&1 &")
    try:
        yield
    finally:
        lab.run("touch /tmp/honest")
        lab.wait_for("! loginctl list-sessions --no-legend | awk '{ print $1 }' | "
                     "xargs -n1 loginctl show-session -P LockedHint | grep -q yes", SEEN_SECONDS, "no more claims")


def pull_and_lock(shift, last, look=lambda: None, first="ask"):
    """The card is pulled from an open desktop with an unsaved document; the ladder, from the step `first` on, ends
    locked at `last`. `look` is called with the locked screen. Afterwards the password opens it, with the document."""
    lab, agent = shift.lab, shift.agent
    shift.insert_card()
    document = Document(lab)
    before = lab.screenshot(f"before-{last}")
    mark = agent.mark()
    lab.ports.pull_card()
    locked = agent.wait_for("session.locked", mark, trigger="card_removed")
    steps = [event["data"]["step"] for event in agent.since(mark, "session.lock_requested")]
    expect((steps[0], steps[-1]) == (first, last), f"from {first} up to {last}: {steps}")
    expect(steps == sorted(set(steps), key=LADDER.index), f"each step once, in order: {steps}")
    expect(WITNESSES[last] in locked["data"]["witnesses"], f"the witness is the right one: {locked}")
    wait_until(lambda: not lab.notes_visible(), SEEN_SECONDS, "the desktop is off the screen")
    expect(lab.screenshot(f"locked-by-{last}").difference(before) > 0.3, "the locked screen is another")
    look()
    mark = agent.mark()
    lab.unlock()
    agent.wait_for("session.unlocked", mark)
    document.save()
    return {"steps": " ".join(steps), "locked ms": locked["data"]["confirmed_ms"]}


def _restart(shift):
    """The agent and the session's program know the settings of now."""
    mark = shift.agent.mark()
    shift.lab.run("systemctl restart vaktpostd", timeout=60)
    shift.agent.wait_for("session.lock_check", mark)
    shift.agent.wait_armed()
