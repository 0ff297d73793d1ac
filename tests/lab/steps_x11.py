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
    """Card in, work, card out, on X11: the login screen comes in front, and its password is enough"""
    mark = shift.agent.mark()
    details = pull_and_lock(shift, "ask", lambda: _login_screen(shift.lab, "login-screen-over-the-lock"))
    [unlocked] = shift.agent.since(mark, "session.unlocked")
    expect(unlocked["data"]["witness"] == "greeter", f"unlocked at the login screen: {unlocked}")
    return details


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


def next_person_at_the_curtain(shift):
    """The locker is missing and the curtain is up: Tab lets a second user in, and it is up again for the first"""
    lab, agent = shift.lab, shift.agent
    with shift.policy(QUICK), locker(shift, None):
        shift.insert_card()
        document = Document(lab)
        mark = agent.mark()
        lab.ports.pull_card()
        agent.wait_for("session.locked", mark, witnesses=["curtain"])
        lab.screenshot("curtain-before-tab")
        lab.keyboard.press("tab")
        lab.log_in(DOCTOR)
        wait_until(lambda: lab.notes_visible(DOCTOR), DESKTOP_SECONDS, "the doctor works")
        agent.wait_for("session.left_behind", mark)
        lab.run(f"loginctl terminate-user {DOCTOR}")
        lab.log_in()
        # The desktop may be in view for a moment: a switch of consoles cannot be held up on its way.
        lab.wait_for("test $(fgconsole) -gt 8", SEEN_SECONDS, "the curtain is up again")
        lab.wait_still()
        lab.screenshot("curtain-after-the-second-user")
        expect(not lab.notes_visible(), "the curtain covers the desktop")
        shift.unlock()
        document.save()


def suspend(shift):
    """Locked before the machine sleeps; a card pulled meanwhile is missed when it wakes"""
    return _sleep(shift, lambda: shift.lab.run("systemctl suspend"))


def suspend_unannounced(shift):
    """Sleep that logind is not asked for waits for the lock as well"""
    return _sleep(shift, lambda: shift.lab.run("systemctl --no-block start suspend.target"))


def trolley(shift):
    """A trolley leaves its dock, roams, and its lid is closed: no lock while it rolls, sleep and a lock when put away"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card()
    mark = agent.mark()
    docked = [lab.ports.plug_other(kind) for kind in ("hub", "network")]
    for name in [*docked, "mouse"]:
        lab.ports.unplug(name)
    _roam(lab)
    shift.stays_open(mark, 5)
    lab.ports.plug_mouse()
    with virtual_input(lab, "lid") as lid:
        details = _sleep(shift, lambda: lid("close"), lambda: lid("open"))
    return details


def _roam(lab):
    """From one access point to the next, as far as the kernel tells of it: carrier gone, back, another address."""
    lab.run("ip link add roaming type dummy; ip link set roaming up; ip address add 127.8.0.2/32 dev roaming; "
            "ip link set roaming down; ip address flush dev roaming; ip link set roaming up; "
            "ip address add 127.8.0.3/32 dev roaming; sleep 1; ip link del roaming")


def flat_battery(shift):
    """The battery gives out in the middle of work: nothing is open when the machine is back, and it is told"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card()
    mark = agent.mark()
    lab.power_cut()
    agent.wait_armed(seconds=DESKTOP_SECONDS)
    started = agent.wait_for("agent.started", mark)
    expect(started["data"]["previous_end"] == "unclean", f"how it ended: {started}")
    _login_screen(lab, "after-power-cut")
    opened = [event["session"]["class"] for event in agent.since(mark, "session.opened")]
    expect("graphical" not in opened, f"nobody's session is open: {opened}")
    lab.log_in()
    wait_until(lab.notes_visible, DESKTOP_SECONDS, "the nurse works again")


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


def _login_screen(lab, name):
    wait_until(lab.greeter_visible, SEEN_SECONDS, "the login screen", period=1)
    lab.wait_still()
    lab.screenshot(name)


def _back_to_the_nurse(shift):
    """The doctor logs out; the nurse comes back through the login screen, which is all that asks for her password."""
    lab = shift.lab
    mark = shift.agent.mark()
    lab.run(f"loginctl terminate-user {DOCTOR}")
    lab.unlock()
    shift.agent.wait_for("session.closed", mark)
