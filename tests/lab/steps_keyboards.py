# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of the shift: keyboards that are not known."""
from hid import Scanner
from runner import expect
from shift_context import SEEN_SECONDS

WRONG_TRIES = 3
PORT = "8"  # else the workstation gives out the next free one
UNHEARD = "LIBINPUT_IGNORE_DEVICE=1"
CODE = r"grep -oE '\b[0-9]{6}\b'"


def injector_at_a_locked_screen(shift):
    """A new keyboard at a locked screen is withheld; after the unlock no session hears it, plugged in again or not"""
    lab, agent = shift.lab, shift.agent
    shift.insert_card()
    mark = agent.mark()
    lab.ports.pull_card()
    agent.wait_for("session.locked", mark)
    mark = agent.mark()
    name = lab.ports.plug_redirected(Scanner(), "injector", port=PORT)
    withheld = agent.wait_for("usb.blocked", mark)
    expect(withheld["rule"] == "builtin.new_while_locked", f"its newness decided: {withheld}")
    expect(withheld["data"]["keyboard"] == "new", f"it is recorded as new: {withheld}")
    expect("scanner" not in lab.run("cat /proc/bus/input/devices").text, "no driver has it")
    mark = agent.mark()
    shift.unlock()
    asked = agent.wait_for("usb.allowed", mark, keyboard="new")
    expect(asked["data"]["quarantine"], f"no session hears it: {asked}")
    lab.ports.unplug(name)
    mark = agent.mark()
    name = lab.ports.plug_redirected(Scanner(), "injector", port=PORT)
    again = agent.wait_for("usb.allowed", mark, keyboard="new")
    expect(again["rule"] == "builtin.new_while_locked", f"the port is remembered: {again}")
    expect(again["data"]["quarantine"], f"nor is it heard plugged in again: {again}")
    lab.ports.unplug(name)
    return {"withdrawn ms": withheld["data"]["done_us"] / 1000}


def keyboard_that_types_the_wrong_code(shift):
    """A new keyboard that is to be proved is heard by no session, and is withdrawn after three wrong codes"""
    lab, agent = shift.lab, shift.agent
    with shift.policy('[usb]\nnew_keyboards = "prove"\n'):
        mark = agent.mark()
        keyboard = Scanner()
        name = lab.ports.plug_redirected(keyboard, "keyboard")
        agent.wait_for("usb.allowed", mark, keyboard="new")
        lab.wait_for("pgrep -f vaktpost-prove-keyboard", SEEN_SECONDS, "somebody listens to it")
        event = "/sys/class/input/" + lab.run(
            "grep -l scanner /sys/class/input/event*/device/name | cut -d/ -f5").text.split()[0]
        properties = lab.run(f"udevadm info --query=property --path={event}").text
        expect(UNHEARD in properties, f"no desktop takes it up: {properties}")
        mark = agent.mark()
        for _ in range(WRONG_TRIES):
            keyboard.scan("1")
            keyboard.press_enter()
        refused = agent.wait_for("usb.blocked", mark)
        expect(refused["rule"] == "builtin.not_proved", f"it was not proved: {refused}")
        lab.ports.unplug(name)


def keyboard_that_types_the_right_code(shift):
    """The code that the screen shows, typed on the new keyboard, opens it to the desktop, and it stays known"""
    lab, agent = shift.lab, shift.agent
    with shift.policy('[usb]\nnew_keyboards = "prove"\n'):
        mark = agent.mark()
        keyboard = Scanner()
        name = lab.ports.plug_redirected(keyboard, "keyboard", port=PORT)
        agent.wait_for("usb.allowed", mark, keyboard="new")
        shown = lab.run_in_session(f"for i in $(seq {SEEN_SECONDS}); do makoctl list | {CODE} && exit 0; sleep 1; done; "
                                   "exit 1", timeout=2 * SEEN_SECONDS).text
        lab.screenshot("code-to-be-typed")
        mark = agent.mark()
        keyboard.scan(shown.split()[0])
        keyboard.press_enter()
        proved = agent.wait_for("usb.allowed", mark)
        expect(proved["data"]["keyboard"] == "proved" and proved["data"]["allowed"], f"it was proved: {proved}")
        lab.wait_for(f"! udevadm info --export-db | grep -q {UNHEARD}", SEEN_SECONDS, "the desktop takes it up")
        lab.ports.unplug(name)
        mark = agent.mark()
        name = lab.ports.plug_redirected(Scanner(), "keyboard", port=PORT)
        back = agent.wait_for("usb.allowed", mark)
        expect(back["data"]["keyboard"] == "known" and back["data"]["allowed"], f"it is known there: {back}")
        lab.ports.unplug(name)
