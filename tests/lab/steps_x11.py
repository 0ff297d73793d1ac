# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the X11 playlist: a desktop with LightDM, a second user beside the first, and sleep."""
from card import PivCard
from document import Document
from lockers import QUICK, liar, locker, pull_and_lock
from runner import expect
from shift_context import SEEN_SECONDS
from virtual_input import virtual_input
from waiting import wait_until
from workstation import DESKTOP_SECONDS, DOCTOR


def card(shift):
    """Card in, work, card out, on X11"""
    return pull_and_lock(shift, "ask")


def locker_missing(shift):
    """The locker is missing: the curtain covers the desktop"""
    with shift.policy(QUICK), locker(shift, None):
        return pull_and_lock(shift, "curtain")


def locker_lies(shift):
    """The user's own program says that the screen is locked: without a curtain the login screen comes"""
    with shift.policy(QUICK + 'escalation = ["ask_again", "greeter"]\n'), locker(shift, "exit 0"), liar(shift):
        return pull_and_lock(shift, "greeter")


def logind_restarted(shift):
    """logind restarted under an open desktop: its own lockers are trusted no more, the curtain is"""
    mark = shift.agent.mark()
    shift.lab.run("systemctl restart systemd-logind", timeout=120)
    shift.agent.wait_for("agent.recovered", mark, source="sessions")
    shift.agent.wait_armed()
    return pull_and_lock(shift, "curtain", first="curtain")


def shift_change(shift):
    """A second user logs in beside the first, who finds her work again"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card(PivCard("nurse"))
    document = Document(lab)
    mark = agent.mark()
    lab.ports.pull_card()
    agent.wait_for("session.locked", mark, trigger="card_removed")
    lab.run_in_session("dm-tool switch-to-greeter")
    lab.ports.insert_card(card=PivCard("doctor"))
    began = lab.uptime()
    lab.log_in(DOCTOR)
    wait_until(lambda: lab.notes_visible(DOCTOR), DESKTOP_SECONDS, "the doctor works")
    took = lab.uptime() - began
    agent.wait_for("session.left_behind", mark)
    lab.screenshot("second-user")
    second = agent.mark()
    lab.ports.pull_card()
    agent.wait_for("session.locked", second, trigger="card_removed")
    wait_until(lambda: not lab.notes_visible(DOCTOR), SEEN_SECONDS, "the doctor's desktop is locked")
    _back_to_the_nurse(shift)
    document.save()
    return {"second user works after s": round(took, 1)}


def handover(shift):
    """A second user logs in beside a first who only left for the login screen: she is locked meanwhile"""
    lab, agent = shift.lab, shift.agent
    document = Document(lab)
    mark = agent.mark()
    lab.run_in_session("dm-tool switch-to-greeter")
    lab.log_in(DOCTOR)
    wait_until(lambda: lab.notes_visible(DOCTOR), DESKTOP_SECONDS, "the doctor works")
    agent.wait_for("session.left_behind", mark)
    [locked, *_] = agent.since(mark, "session.locked")
    _back_to_the_nurse(shift)
    document.save()
    return {"witnesses": " ".join(locked["data"]["witnesses"])}


def suspend(shift):
    """Locked before the machine sleeps; a card pulled meanwhile is missed when it wakes"""
    return _sleep(shift, lambda: shift.lab.run("systemctl suspend"))


def suspend_unannounced(shift):
    """Sleep that logind is not asked for waits for the lock as well"""
    return _sleep(shift, lambda: shift.lab.run("systemctl --no-block start suspend.target"))


def trolley(shift):
    """A trolley leaves its dock and its lid is closed: no lock in the one case, sleep and a lock in the other"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card()
    mark = agent.mark()
    docked = [lab.ports.plug_other(kind) for kind in ("hub", "network")]
    for name in [*docked, "mouse"]:
        lab.ports.unplug(name)
    shift.stays_open(mark, 5)
    lab.ports.plug_mouse()
    with virtual_input(lab, "lid") as lid:
        details = _sleep(shift, lambda: lid("close"), lambda: lid("open"))
    return details


def _sleep(shift, fall_asleep, wake_up=lambda: None):
    lab, agent = shift.lab, shift.agent
    if "reader" not in lab.ports.cards:
        shift.insert_card()
    document = Document(lab)
    mark = agent.mark()
    fall_asleep()
    lab.wait_for_sleep()
    lab.ports.pull_card()
    lab.wake()
    lab.wait_for("true", SEEN_SECONDS, "the machine is awake")
    wake_up()
    sleeping = agent.wait_for("host.sleeping", mark)
    locked = agent.wait_for("session.locked", mark, trigger="suspend")
    resumed = agent.wait_for("host.resumed", mark)
    expect(sleeping["data"]["locked"], f"locked when it fell asleep: {sleeping}")
    expect(locked["seq"] < resumed["seq"], "the lock came before the sleep")
    lab.screenshot("awake")
    expect(not lab.notes_visible(), "the screen is locked after sleep")
    agent.wait_for("card.removed", mark)
    agent.wait_armed()
    shift.unlock()
    document.save()
    return {"waited ms": sleeping["data"]["waited_ms"], "locked ms": locked["data"]["confirmed_ms"]}


def _back_to_the_nurse(shift):
    """The doctor logs out; the nurse comes back through the login screen, and through her locker if it is there."""
    lab = shift.lab
    mark = shift.agent.mark()
    lab.run(f"loginctl terminate-user {DOCTOR}")
    lab.log_in()
    shift.agent.wait_for("session.closed", mark)
    if not lab.notes_visible():
        lab.wait_still()
    if not lab.notes_visible():
        shift.unlock()
    wait_until(lab.notes_visible, SEEN_SECONDS, "the nurse's desktop is back")
