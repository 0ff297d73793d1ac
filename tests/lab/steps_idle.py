# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the sessions playlist: what counts as somebody being there. They take minutes."""
from agent import boot_seconds
from fast_mouse import FastMouse
from hid import VENDOR, Pen, Scanner, TouchScreen
from runner import expect
from shift_context import SEEN_SECONDS
from virtual_input import virtual_input
from waiting import wait_until

IDLE_SECONDS, WARNING_SECONDS, PAUSE_SECONDS = 16, 4, 10
IDLE = f'[session]\nidle_lock = "{IDLE_SECONDS}s"\nidle_warning = "{WARNING_SECONDS}s"\n'
HOLD_SECONDS = 60


def touch_pen_wheel_scanner(shift):
    """Touch, pen tip and wheel count as presence; a scanner and a program's device do not"""
    lab, agent = shift.lab, shift.agent
    touch, pen, scanner = TouchScreen(), Pen(), Scanner()
    for device, kind in ((touch, "touch"), (pen, "pen"), (scanner, "scanner")):
        lab.ports.plug_redirected(device, kind)
    lab.wait_for("test $(grep -c 'Vaktpost lab' /proc/bus/input/devices) -ge 3", SEEN_SECONDS, "the devices are there")
    scanners = f'[input]\nscanners = ["{VENDOR:04x}:{Scanner.PRODUCT:04x}"]\n'
    with shift.policy(IDLE + scanners), virtual_input(lab, "keys") as keys:
        lab.keyboard.press("shift")
        mark = agent.mark()
        for act in (touch.tap, pen.tap, lab.pointer.wheel):
            shift.stays_open(mark, PAUSE_SECONDS)
            act()
        last = lab.uptime()
        for act in (lambda: scanner.scan("4711"), lambda: (keys("press"), keys("release"))):
            shift.stays_open(mark, 4)
            act()
        request = agent.wait_for("session.lock_requested", mark, trigger="idle")
        waited = boot_seconds(request) - last
        expect(waited < IDLE_SECONDS + 3, f"locked {waited:.1f} s after the wheel")
        agent.wait_for("session.locked", mark, trigger="idle")
        shift.unlock()
        lab.keyboard.press("ctrl", "u")  # what was scanned
    return {"locked after s": round(waited, 1)}


def hold(shift):
    """A hold keeps the screen open, with a banner; then the idle lock acts again"""
    lab, agent = shift.lab, shift.agent
    with shift.policy(IDLE + f'hold_time = "{HOLD_SECONDS}s"\n'):
        mark = agent.mark()
        lab.run_in_session("vaktpost hold patient")
        held = agent.wait_for("session.hold", mark, reason="patient")
        shift.stays_open(mark, IDLE_SECONDS + WARNING_SECONDS)
        lab.screenshot("hold-banner")
        request = agent.wait_for("session.lock_requested", mark, 2 * HOLD_SECONDS, trigger="idle")
        waited = boot_seconds(request) - boot_seconds(held)
        expect(waited >= HOLD_SECONDS - 1, f"locked {waited:.1f} s after the hold began")
        agent.wait_for("session.locked", mark, trigger="idle")
        shift.unlock()
    return {"locked after s": round(waited, 1)}


def hold_button(shift):
    """The button of the warning keeps the screen open as well"""
    lab, agent = shift.lab, shift.agent
    with shift.policy(IDLE):
        lab.keyboard.press("shift")
        mark = agent.mark()
        # What a click on the button makes the notification server do; it fails while no notice is on the screen.
        lab.run_in_session(f"for i in $(seq {2 * IDLE_SECONDS}); do "
                           "makoctl list | grep -q '\"hold\"' && makoctl invoke hold && exit 0; sleep 1; done; exit 1",
                           timeout=4 * IDLE_SECONDS)
        held = agent.wait_for("session.hold", mark)
        lab.screenshot("hold-by-button")
        shift.stays_open(mark, IDLE_SECONDS)
    return {"reason": held["data"]["reason"]}


def jiggler(shift):
    """A mouse that only ever moves keeps the screen open for no longer than the policy's cap"""
    lab, agent = shift.lab, shift.agent
    mouse = FastMouse()
    lab.ports.plug_redirected(mouse, "mouse")
    with shift.policy(IDLE + 'movement_cap = "1min"\n'):
        lab.keyboard.press("shift")
        pressed, mark = lab.uptime(), agent.mark()

        def locked():
            mouse.move(0.1, rate=20)
            return agent.refresh() and agent.since(mark, "session.lock_requested", trigger="idle")
        request = wait_until(locked, 3 * HOLD_SECONDS, "the jiggler does not help", period=1)[0]
        agent.wait_for("session.locked", mark, trigger="idle")
        shift.unlock()
    return {"locked after s": round(boot_seconds(request) - pressed, 1)}
